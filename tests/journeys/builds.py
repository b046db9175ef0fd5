"""How pages are built, without their words: what axe has read once in one page it need not read in the next.

Reading a page with axe takes two seconds, and nearly all pages are made of the same parts. A page is read when it
holds an element, or an element within another, that no page before it held. What concerns a page as a whole, and so
may be wrong although each part is right, is looked at in every page by ``faults_of``.
"""

import itertools
from collections import Counter
from collections.abc import Iterator

import lxml.html

Part = tuple[str, str]
# What is told by the value and not only by being there.
TOLD = {
    "class", "role", "type", "lang", "scope", "tabindex", "dir", "aria-current", "aria-sort", "aria-hidden",
    "aria-expanded", "aria-invalid", "aria-live", "hidden", "open", "disabled", "checked",
}  # fmt: skip
REFERENCES = ("for", "aria-labelledby", "aria-describedby", "aria-controls", "aria-owns", "aria-errormessage", "list")
HEADINGS = {f"h{level}" for level in range(1, 7)}
#: The parts that axe has read without a finding, by all tests of this run.
_READ: set[Part] = set()


def parts_of(document: lxml.html.HtmlElement) -> set[Part]:
    """Return each element of the page with whether it holds a text, and each element with the one around it."""
    found: set[Part] = set()
    for element in _elements(document):
        own = _own(element)
        found.add((own, "text" if (element.text or "").strip() else ""))
        found |= {(own, _own(child)) for child in element if isinstance(child.tag, str)}
    return found


def is_read(document: lxml.html.HtmlElement) -> bool:
    """Tell whether axe has read every part of the page in this run."""
    return parts_of(document) <= _READ


def keep_read(document: lxml.html.HtmlElement) -> None:
    """Keep that axe has read the page and found nothing."""
    _READ.update(parts_of(document))


def faults_of(document: lxml.html.HtmlElement) -> list[str]:
    """Return what is wrong with the page as a whole: names given twice, names that lead nowhere, headings that jump."""
    ids = Counter(document.xpath("//@id"))
    faults = [f"two elements named {name!r}" for name, count in ids.items() if count > 1]
    for attribute in REFERENCES:
        for value in document.xpath(f"//@{attribute}"):
            faults += [f"{attribute} names {name!r}, which is not there" for name in value.split() if name not in ids]
    levels = [int(element.tag[1]) for element in _elements(document) if element.tag in HEADINGS]
    if levels.count(1) != 1:
        faults.append(f"{levels.count(1)} first headings")
    faults += [f"h{after} follows h{before}" for before, after in itertools.pairwise(levels) if after > before + 1]
    return faults


def _elements(document: lxml.html.HtmlElement) -> Iterator[lxml.html.HtmlElement]:
    return (element for element in document.body.iter() if isinstance(element.tag, str))


def _own(element: lxml.html.HtmlElement) -> str:
    told = [
        f"{name}={value}" if name in TOLD else f"{name}{'' if value.strip() else '!'}"
        for name, value in element.attrib.items()
    ]
    return f"{element.tag} {sorted(told)}"
