"""A page of somebody else as something to read: its words and shapes stay, links and forms do not."""

from html import escape
from html.parser import HTMLParser

_VOID = {"br", "hr", "img", "input", "meta", "link", "source", "wbr"}
_DROPPED = {"form", "button", "script", "style", "input", "select", "textarea", "template", "iframe"}
_SHOWN_AS = {"a": "span", "nav": "div"}
_KEPT_ATTRIBUTES = {"class", "lang", "datetime", "scope", "colspan", "rowspan", "aria-hidden", "role", "data-label"}


class _Reading(HTMLParser):
    """Collects what may be shown; everything inside a dropped element goes with it."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._inside: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        is_crumbs = ("class", "crumbs") in attrs  # the page that shows this has its own way back
        if tag in _DROPPED or is_crumbs or self._inside:
            if tag not in _VOID:
                self._inside.append(tag)
            return
        shown = _SHOWN_AS.get(tag, tag)
        kept = "".join(
            f' {name}="{escape(value or "")}"' for name, value in attrs if name in _KEPT_ATTRIBUTES and tag != "a"
        )
        self.parts.append(f"<{shown}{kept}>")

    def handle_endtag(self, tag: str) -> None:
        if self._inside:
            if tag == self._inside[-1]:
                self._inside.pop()
            return
        if tag not in _VOID and tag not in _DROPPED:
            self.parts.append(f"</{_SHOWN_AS.get(tag, tag)}>")

    def handle_data(self, data: str) -> None:
        if not self._inside:
            self.parts.append(escape(data))


def for_reading(html: str) -> str:
    """Return the content of the page's ``<main>`` (the whole text when there is none) without links, forms and ids."""
    _before, found, rest = html.partition("<main")
    if found:
        html = rest.partition(">")[2].rpartition("</main>")[0]
    reading = _Reading()
    reading.feed(html)
    reading.close()
    return "".join(reading.parts)
