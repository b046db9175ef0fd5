"""What the round over all pages sees without a browser, and which pages it opens in one."""

import lxml.html
import pytest

from tests.journeys.builds import faults_of, is_read, keep_read, parts_of

GOOD = '<h1>Otsikko</h1><label for="a">Nimi</label><input id="a" aria-describedby="b"><p id="b">Ohje</p><h2>Osa</h2>'


def page(body: str) -> lxml.html.HtmlElement:
    return lxml.html.document_fromstring(f"<html><body>{body}</body></html>")


def test_a_whole_page_has_no_faults() -> None:
    assert faults_of(page(GOOD)) == []


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ('<p id="b">Toinen</p>', "two elements named 'b'"),
        ('<p aria-labelledby="a puuttuu">x</p>', "aria-labelledby names 'puuttuu', which is not there"),
        ("<h4>Liian syvä</h4>", "h4 follows h2"),
        ("<h1>Toinen</h1>", "2 first headings"),
    ],
)
def test_a_fault_of_the_whole_page_is_named(more: str, said: str) -> None:
    assert faults_of(page(GOOD + more)) == [said]


def test_words_are_no_new_part_and_an_attribute_is() -> None:
    assert parts_of(page("<p>Yksi</p>")) == parts_of(page("<p>Aivan muuta</p><p>ja lisää</p>"))
    assert parts_of(page("<p>Yksi</p>")) != parts_of(page("<p></p>"))
    assert parts_of(page('<p class="a">Yksi</p>')) != parts_of(page('<p class="b">Yksi</p>'))


def test_a_page_is_read_once_all_its_parts_are() -> None:
    one, other = page('<x-one><x-two lang="fi">a</x-two></x-one>'), page('<x-two lang="fi">b</x-two>')
    assert not is_read(one)
    keep_read(one)
    assert is_read(one)
    assert not is_read(other), "within the body it is a new part"
