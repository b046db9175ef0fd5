"""The guard against reaching into the own network, and fetching over a real HTTPS server on the loopback."""

import socket
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from typing import Any

import pytest

from common.fetching import FetchFailed, Guard, check_form, fetch, is_public, judge
from tests.premises.calendar_server import Server, serving

OPEN = Guard()


def failed(act: Any) -> str:
    with pytest.raises(FetchFailed) as found:
        act()
    assert "salaisuus" not in repr(found.value)
    return found.value.code


@pytest.fixture
def server() -> Iterator[Server]:
    with serving() as found:
        yield found


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",  # metadata of cloud machines
        "100.64.0.1",
        "0.0.0.0",
        "224.0.0.1",
        "255.255.255.255",
        "240.0.0.1",
        "192.0.2.1",
        "::1",
        "::",
        "fe80::1",
        "fe80::1%eth0",
        "fc00::1",
        "fd12::1",
        "fec0::1",
        "ff02::1",
        "::ffff:127.0.0.1",
        "::ffff:8.8.8.8",
        "64:ff9b::7f00:1",
        "2002:7f00:1::",
        "2001:0:4136:e378:8000:63bf:3fff:fdd2",
        "banana",
    ],
)
def test_what_is_not_of_the_public_internet_is_not_asked(address: str) -> None:
    assert not is_public(address)
    assert failed(lambda: judge("https://kalenteri.example/a.ics", OPEN, lambda _h, _p: [address])) == "not_public"


def test_one_bad_address_among_good_ones_is_enough() -> None:
    assert is_public("93.184.215.14")
    assert is_public("2a00:1450:4026:805::200e")
    both = lambda _host, _port: ["93.184.215.14", "10.0.0.1"]  # noqa: E731
    assert failed(lambda: judge("https://kalenteri.example/", OPEN, both)) == "not_public"
    target = judge("https://Kalenteri.Example./a.ics?t=1", OPEN, lambda _h, _p: ["93.184.215.14"])
    assert (target.host, target.port, target.address, target.path) == (
        "kalenteri.example",
        443,
        "93.184.215.14",
        "/a.ics?t=1",
    )


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("http://kalenteri.example/a.ics", "not_https"),
        ("file:///etc/passwd", "not_https"),
        ("ftp://kalenteri.example/a.ics", "not_https"),
        ("kalenteri.example/a.ics", "not_https"),
        ("https://kalenteri.example:8443/a.ics", "bad_port"),
        ("https://kalenteri.example:22/", "bad_port"),
        ("https://kalenteri.example:banana/", "bad_address"),
        ("https://oma:salasana@kalenteri.example/", "bad_address"),
        ("https://kalenteri.example@10.0.0.1/", "bad_address"),
        ("https:///a.ics", "bad_address"),
        ("https://kalenteri.example/a.ics\r\nHost: muu", "bad_address"),
        ("https://[::1/", "bad_address"),
        ("https://kalenteri.example/ä", "bad_address"),
    ],
)
def test_addresses_of_a_wrong_form_are_refused_before_anybody_is_asked(address: str, code: str) -> None:
    def nobody(_host: str, _port: int) -> list[str]:
        raise AssertionError("asked")

    assert failed(lambda: judge(address, OPEN, nobody)) == code
    assert failed(lambda: check_form(address, OPEN)) == code


@pytest.mark.parametrize("host", ["127.0.0.1", "[::1]", "10.0.0.1", "[::ffff:10.0.0.1]", "169.254.169.254"])
def test_numbers_of_the_own_network_are_refused_on_the_form_already(host: str) -> None:
    assert failed(lambda: check_form(f"https://{host}/a.ics", OPEN)) == "not_public"


def test_a_name_that_is_not_known_is_told() -> None:
    def unknown(_host: str, _port: int) -> list[str]:
        raise socket.gaierror

    assert failed(lambda: judge("https://eiole.example/", OPEN, unknown)) == "no_host"
    assert failed(lambda: judge("https://eiole.example/", OPEN, lambda _h, _p: [])) == "no_host"


def test_a_host_of_the_own_network_is_asked_only_when_a_setting_names_it(server: Server) -> None:
    server.says("BEGIN:VCALENDAR")
    assert failed(lambda: fetch(server.url(), OPEN)) == "bad_port"
    assert failed(lambda: fetch(server.url(), Guard(internal=frozenset({"localhost"})))) == "bad_port"
    assert failed(lambda: fetch(server.url(host="127.0.0.1"), server.guard())) == "bad_port"
    assert fetch(server.url(), server.guard()).body == b"BEGIN:VCALENDAR"
    assert failed(lambda: judge("https://localhost/", OPEN)) == "not_public"


def test_the_certificate_must_be_the_hosts_own(server: Server) -> None:
    server.says("x")
    assert failed(lambda: fetch(server.url(), Guard(internal=server.guard().internal))) == "certificate"
    other = Guard(internal=frozenset({f"muu.example:{server.port}"}), ca_file=server.guard().ca_file)
    at_loopback = lambda _host, _port: ["127.0.0.1"]  # noqa: E731
    address = server.url(host="muu.example")
    assert failed(lambda: fetch(address, other, resolve=at_loopback)) == "certificate"


def test_a_name_that_changes_its_answer_is_connected_where_it_was_judged(server: Server) -> None:
    """DNS rebinding: public for the judge, the loopback a moment later. The connection goes where the judge looked."""
    answers = iter([["127.0.0.1"], ["10.0.0.1"], ["10.0.0.1"]])
    server.says("oikea")
    assert fetch(server.url(), server.guard(), resolve=lambda _h, _p: next(answers)).body == b"oikea"
    assert next(answers) == ["10.0.0.1"], "the name was resolved only once"


def test_each_redirect_is_judged(server: Server) -> None:
    server.refuses(302, Location="/b.ics")
    server.says("b", path="/b.ics")
    assert fetch(server.url(), server.guard()).body == b"b"
    for where, code in (
        ("http://localhost/", "not_https"),
        ("https://169.254.169.254/", "not_public"),
        ("https://localhost:1/", "bad_port"),
        ("file:///etc/passwd", "not_https"),
        ("/a.ics", "redirects"),
        ("", "status"),
    ):
        server.refuses(302, Location=where)
        assert failed(lambda: fetch(server.url(), server.guard())) == code


def test_what_has_not_changed_is_not_sent_again(server: Server) -> None:
    server.says("sisältö", ETag='"1"', Last_Modified="Mon, 16 Nov 2026 10:00:00 GMT")
    first = fetch(server.url(), server.guard())
    assert (first.body, first.etag, first.last_modified) == (
        "sisältö".encode(),
        '"1"',
        "Mon, 16 Nov 2026 10:00:00 GMT",
    )
    again = fetch(server.url(), server.guard(), etag=first.etag, last_modified=first.last_modified)
    assert again.body is None
    assert server.asked[-1][1]["If-Modified-Since"] == first.last_modified
    assert server.asked[-1][1]["Host"] == f"localhost:{server.port}"


def test_too_much_too_slow_cut_short_and_packed(server: Server) -> None:
    server.says(b"x" * 2000)
    assert failed(lambda: fetch(server.url(), server.guard(most_bytes=1000))) == "too_big"
    server.says(b"x", Content_Encoding="gzip")
    assert failed(lambda: fetch(server.url(), server.guard())) == "encoded"

    def short(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", "100")
        handler.end_headers()
        handler.wfile.write(b"x")

    server.answers["/a.ics"] = short
    assert failed(lambda: fetch(server.url(), server.guard())) == "no_answer"

    def endless(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.end_headers()
        while True:
            handler.wfile.write(b"x" * 1000)

    server.answers["/a.ics"] = endless
    assert failed(lambda: fetch(server.url(), server.guard(most_bytes=100_000))) == "too_big"


@pytest.mark.parametrize("head_first", [True, False])
def test_a_server_that_drips_is_left_at_the_end_of_the_time(server: Server, head_first: bool) -> None:
    def drip(handler: BaseHTTPRequestHandler) -> None:
        if head_first:
            handler.send_response(200)
            handler.end_headers()
        while True:
            handler.wfile.write(b"x")
            time.sleep(0.05)

    server.answers["/a.ics"] = drip
    started = time.monotonic()
    assert failed(lambda: fetch(server.url(), server.guard(most_seconds=0.5))) == "too_slow"
    assert time.monotonic() - started < 5


@pytest.mark.parametrize("status", [401, 403, 404, 410, 500, 204])
def test_other_answers_are_told_by_their_number(server: Server, status: int) -> None:
    server.refuses(status)
    with pytest.raises(FetchFailed) as found:
        fetch(server.url(), server.guard())
    assert (found.value.code, found.value.status) == ("status", status)


def test_nobody_at_home() -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
    guard = Guard(internal=frozenset({f"localhost:{port}"}))
    assert failed(lambda: fetch(f"https://localhost:{port}/", guard)) == "no_answer"
