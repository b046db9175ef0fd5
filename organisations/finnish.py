"""Finnish words as search sees them: what must stand in a text for an inflected word to have found it.

A word is looked for as *needles*: short folded pieces of which one must stand somewhere in the text, also inside
a compound (``mielenterveys`` in ``Mielenterveysyhdistys``). The stem comes from PostgreSQL's Finnish Snowball
dictionary; what Snowball leaves out is here: consonant gradation (``päihde``, ``päihteet``), words whose ending
changes (``sairaus``, ``sairauden``; ``nainen``, ``naiset``; ``työtön``, ``työttömät``). Rules of the grammar:
VISK, Iso suomen kielioppi, 41 § (gradation), 64–67 § (stems of nouns).
"""

import re
from dataclasses import dataclass

from organisations import numbers

MAX_WORDS = 8
SHORTEST_NEEDLE = 4
SHORT_WORD = 2  # found only where a word begins
_EDGES = " .,;:!?\"'()[]{}<>”“„»«’‘`´*/\\|"
# Legal forms and connecting words say nothing when there are others beside them.
STOP_WORDS = frozenset({"ry", "rf", "ry:n", "r.y", "rs", "sr", "oy", "ja", "tai", "sekä", "och", "and", "&", "-", "–"})
_VOWELS = "aeiouy"
# Pairs that no rule gives: folded heads of common words of the field.
_KIN = {
    "lapsi": ("laps", "lasten", "lasta"),
    "lasten": ("laps", "lasten"),
    "lasta": ("laps", "lasta"),
    "tuki": ("tuki", "tuen", "tuke"),
    "tuen": ("tuki", "tuen", "tuke"),
    "tukea": ("tuki", "tuen", "tuke"),
    "mies": ("mies", "mieh"),
    "miehet": ("mies", "mieh"),
    "miesten": ("mies", "mieh"),
    "miehille": ("mies", "mieh"),
    "joki": ("joki", "joke", "joen"),
    "joen": ("joki", "joke", "joen"),
    "koti": ("koti", "kodi", "kote"),
    "kodin": ("koti", "kodi", "kote"),
    "kodit": ("koti", "kodi", "kote"),
    "sydan": ("sydan", "sydam"),
    "sydamen": ("sydan", "sydam"),
    "kylien": ("kyla", "kyli"),
}


@dataclass(frozen=True)
class Word:
    """One word of a search: as typed (folded), and the pieces of which one must stand in a text."""

    typed: str
    needles: tuple[str, ...]

    @property
    def is_short(self) -> bool:
        """Whether the word is found only at the beginning of a word."""
        return len(self.typed) <= SHORT_WORD


def split(query: str) -> list[str]:
    """Return the words of the query in lower case, at most eight, without quotation marks and stop words.

    A query of nothing but stop words or signs is looked for as it stands.
    """
    typed = query.lower().split()[:MAX_WORDS]
    bare = [word.strip(_EDGES) for word in typed]
    return [word for word in bare if word and word not in STOP_WORDS] or [word for word in bare if word] or typed


def understand(word: str, stem: str) -> Word:
    """Return the word with its needles; ``stem`` is what the Snowball dictionary made of it."""
    typed = numbers.fold(word)
    if len(typed) < SHORTEST_NEEDLE:
        return Word(typed, (typed,))
    if kin := _KIN.get(typed):
        return Word(typed, kin)
    heads = _heads(typed, numbers.fold(stem))
    found = {head for head in heads if len(head) >= SHORTEST_NEEDLE} | {typed}
    return Word(typed, tuple(sorted(one for one in found if not any(other != one and other in one for other in found))))


def _heads(typed: str, stem: str) -> set[str]:
    """Return the beginnings that all forms of the word have between them."""
    if typed.endswith("ton"):  # työtön: työttömät
        return {typed, f"{typed[:-3]}ttom"}
    if stem.endswith("ttom"):
        return {stem, f"{stem[:-4]}ton"}
    if len(stem) < SHORTEST_NEEDLE:
        stem = typed[:SHORTEST_NEEDLE]
    stem = _without_ending(typed, stem)
    heads = {stem}
    for rule in (_us_words, _nen_words, _gradation):
        heads |= rule(stem)
    return heads


def _without_ending(typed: str, stem: str) -> str:
    """Return the stem without the endings that Snowball leaves: kerho|n, nuor|e, nuor|t, saira|s."""
    if typed == stem and len(stem) > SHORTEST_NEEDLE + 1 and re.search(f"([{_VOWELS}]n|as)$", stem):
        stem = stem[:-1]
    if stem[-1:] in _VOWELS and len(typed) - len(stem) < 2 and len(stem) > SHORTEST_NEEDLE:
        stem = stem[:-1]
    if re.search("[rls]t$", stem) and len(stem) > SHORTEST_NEEDLE:
        stem = stem[:-1]
    return stem


def _us_words(stem: str) -> set[str]:
    """Sairaus: sairaude-, sairaukse-, sairaut-; vanhus: vanhukse-; rikos: rikokse-."""
    if found := re.fullmatch("(.{2,}[oe])(ks|s)", stem):
        return {f"{found[1]}s", f"{found[1]}ks"}
    found = re.fullmatch("(.{3,}[uy])(ks|s|d|t)", stem)
    if not found:
        return set()
    head = found[1]
    return {head} if len(head) > SHORTEST_NEEDLE + 1 else {f"{head}{end}" for end in ("s", "ks", "d")}


def _nen_words(stem: str) -> set[str]:
    """Nainen: naise-; vammainen: vammaise-."""
    return {f"{stem[:-1]}n", f"{stem[:-1]}s"} if stem.endswith(("in", "is")) else set()


_GRADES = (("d", "t"), ("v", "p"), ("ng", "nk"), ("nn", "nt"), ("mm", "mp"), ("ll", "lt"), ("rr", "rt"))


def _gradation(stem: str) -> set[str]:
    """Päihde: päihtee-; syöpä: syövä-; kaupunki: kaupungi-; kauppa: kaupa-; vertaistuki: vertaistue-."""
    heads = set()
    for pair in _GRADES:
        for one, other in (pair, pair[::-1]):
            if stem.endswith(one):
                heads.add(stem.removesuffix(one) + other)
    if re.search("(kk|pp|tt)$", stem) or re.search(f"[{_VOWELS}]k$", stem):
        heads.add(stem[:-1] if len(stem) > SHORTEST_NEEDLE + 2 else stem)
    return heads
