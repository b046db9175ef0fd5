"""The code of the launch campaign as people write it: 12 signs in three groups, the last one a check.

The alphabet has 23 signs (a prime) and none that looks like another on paper. The check sign is chosen so that
the weighted sum of all signs is zero modulo 23; with twelve different weights it finds every single wrong sign
and every pair of signs in the wrong order. Eleven free signs are 49 bits.
"""

import hashlib
import secrets

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

ALPHABET = "ACDEFGHJKMNPRTUVWXY3479"
LENGTH = 12
GROUP = 4
_BASE = len(ALPHABET)


def new_code() -> str:
    """Return a new code without spaces: ``LENGTH`` signs, its check right."""
    free = [secrets.randbelow(_BASE) for _place in range(LENGTH - 1)]
    return "".join(ALPHABET[value] for value in [*free, _check(free)])


def _check(free: list[int]) -> int:
    """Return the last sign's value: weights 1, 2, … 12, the sum of all zero modulo 23."""
    total = sum(weight * value for weight, value in enumerate(free, start=1))
    return (-total * pow(LENGTH, -1, _BASE)) % _BASE


def written(code: str) -> str:
    """Return the code in groups: ``ACDE-FGHJ-KMNP``."""
    return "-".join(code[start : start + GROUP] for start in range(0, LENGTH, GROUP))


def hash_code(code: str) -> str:
    """Return what is kept of a code."""
    return hashlib.sha256(code.encode()).hexdigest()


def parse_code(text: str) -> str:
    """Return a typed code without spaces and hyphens, in capitals; say kindly what is wrong with it.

    Raises ``ValidationError``: too short or long, a sign that no code has, or a slip that the check sign tells.
    """
    code = "".join(sign for sign in text.upper() if sign.isalnum())
    strange = sorted({sign for sign in code if sign not in ALPHABET})
    if strange:
        raise ValidationError(
            _("Koodeissa ei ole merkkiä %(signs)s. Tarkista, oliko se jokin näistä: %(alphabet)s."),
            code="strange_sign",
            params={"signs": ", ".join(strange)[:40], "alphabet": " ".join(ALPHABET)},
        )
    if len(code) != LENGTH:
        raise ValidationError(
            _("Koodissa on 12 merkkiä. Kirjoitit %(count)s. Viivoja ja välejä ei tarvitse kirjoittaa."),
            code="wrong_length",
            params={"count": len(code)},
        )
    values = [ALPHABET.index(sign) for sign in code]
    if values[-1] != _check(values[:-1]):
        raise ValidationError(
            _("Koodissa on kirjoitusvirhe. Vertaa merkki merkiltä kirjeeseen tai viestiin."), code="slip"
        )
    return code
