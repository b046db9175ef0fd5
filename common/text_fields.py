"""A text field that takes what people paste out of Word and e-mail, without what no page or letter can show."""

import re
import unicodedata
from typing import Any

from django import forms

_BREAKS = re.compile("\r\n|[\r\v\f\x85\u2028\u2029]")  # a manual line break of Word is a vertical tab
_UNSEEN = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ufeff\ufffe\uffff]")
_BULLETS = re.compile("[\uf0b7\uf0a7\uf0d8\uf076]")  # bullets of the Symbol and Wingdings faces


def plain_text(text: str) -> str:
    """Return the text with newlines of one kind and composed letters, without control characters.

    Typographic quotes, dashes and no-break spaces stay: they are what the writer wrote.
    """
    text = _BULLETS.sub("•", _BREAKS.sub("\n", text))
    return unicodedata.normalize("NFC", _UNSEEN.sub("", text))


class PlainTextField(forms.CharField):
    """A ``CharField`` whose value is ``plain_text``; limits are counted of that."""

    def to_python(self, value: Any) -> str:
        return str(super().to_python(plain_text(value) if isinstance(value, str) else value) or "")
