"""Fetching what an address typed by a person names, without letting it reach into the county's own network.

Only https, only port 443, only public addresses. The name is resolved once, every address is judged, and the connection
is made to the address that was judged: a name that answers otherwise a moment later (DNS rebinding) changes nothing.
Each redirect is judged anew. Hosts of the county's own network are named in a setting; they too are asked by https.
The address may hold a secret: no error and no log line of this module names it.
"""

import http.client
import ipaddress
import socket
import ssl
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import SplitResult, urljoin, urlsplit

HTTPS_PORT = 443
MOST_REDIRECTS = 3
MOST_BYTES = 5 * 1024 * 1024
MOST_SECONDS = 20.0
_CHUNK = 64 * 1024
_REDIRECTS = (301, 302, 303, 307, 308)
#: Version 6 addresses that carry one of version 4: what is behind them cannot be judged by their own form.
_NAT64 = ipaddress.ip_network("64:ff9b::/96")

Resolver = Callable[[str, int], Sequence[str]]


class FetchFailed(Exception):
    """Nothing was had. ``code`` says why; ``status`` is the server's answer where there was one."""

    def __init__(self, code: str, status: int = 0) -> None:
        super().__init__(code)
        self.code, self.status = code, status


@dataclass(frozen=True)
class Fetched:
    """What came. ``body`` is None when nothing has changed since the validators that were sent."""

    body: bytes | None
    etag: str = ""
    last_modified: str = ""


@dataclass(frozen=True)
class Guard:
    """Where one may go: ``internal`` are ``host`` or ``host:port`` of the own network, ``ca_file`` their authority."""

    internal: frozenset[str] = frozenset()
    ca_file: str = ""
    most_bytes: int = MOST_BYTES
    most_seconds: float = MOST_SECONDS
    most_redirects: int = MOST_REDIRECTS


def addresses_of(host: str, port: int) -> list[str]:
    """Return the addresses of a host, by the system's resolver."""
    rows = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(row[4][0]) for row in rows))


def is_public(address: str) -> bool:
    """Tell whether an address is one of the public internet; what hides another address in it is not."""
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(found, ipaddress.IPv6Address):
        hides = found.ipv4_mapped or found.sixtofour or found.teredo or found in _NAT64
        if hides or found.is_site_local:
            return False
    return found.is_global and not found.is_multicast and not found.is_reserved


@dataclass(frozen=True)
class Target:
    """An address that was judged: where to connect, and what to ask there."""

    host: str
    port: int
    address: str
    path: str
    netloc: str


def check_form(address: str, guard: Guard) -> None:
    """Judge an address without asking anybody, as a form does. FetchFailed: the codes of ``judge`` but no_host."""
    _parts, host, _port, internal = _allowed(address, guard)
    if not internal and _is_literal(host) and not is_public(host):
        raise FetchFailed("not_public")


def _is_literal(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _allowed(address: str, guard: Guard) -> tuple[SplitResult, str, int, bool]:
    """Return the parts, the host, the port and whether the host is of the own network by the setting."""
    parts, host, port = _read(address)
    internal = f"{host}:{port}" in guard.internal or (host in guard.internal and port == HTTPS_PORT)
    if port != HTTPS_PORT and not internal:
        raise FetchFailed("bad_port")
    return parts, host, port, internal


def judge(address: str, guard: Guard, resolve: Resolver = addresses_of) -> Target:
    """Return where to connect. FetchFailed: not_https, bad_address, bad_port, no_host, not_public."""
    parts, host, port, internal = _allowed(address, guard)
    try:
        found = list(resolve(host, port))
    except (OSError, UnicodeError):
        raise FetchFailed("no_host") from None
    if not found:
        raise FetchFailed("no_host")
    if not internal and not all(is_public(one) for one in found):
        raise FetchFailed("not_public")
    path = parts.path or "/"
    netloc = f"[{host}]" if ":" in host else host
    return Target(
        host=host,
        port=port,
        address=found[0],
        path=f"{path}?{parts.query}" if parts.query else path,
        netloc=netloc if port == HTTPS_PORT else f"{netloc}:{port}",
    )


def _read(address: str) -> tuple[SplitResult, str, int]:
    """Return the parts of an address, its host in ASCII and its port."""
    if any(letter.isspace() or not letter.isprintable() for letter in address):
        raise FetchFailed("bad_address")
    try:
        parts = urlsplit(address)
        port = parts.port or HTTPS_PORT
        host = (parts.hostname or "").rstrip(".").encode("idna").decode("ascii").lower()
    except (ValueError, UnicodeError):
        raise FetchFailed("bad_address") from None
    if parts.scheme != "https":
        raise FetchFailed("not_https")
    if not host or "@" in parts.netloc or not address.isascii():
        raise FetchFailed("bad_address")
    return parts, host, port


def fetch(
    address: str,
    guard: Guard,
    *,
    etag: str = "",
    last_modified: str = "",
    accept: str = "*/*",
    resolve: Resolver = addresses_of,
) -> Fetched:
    """Return what stands at an address. ``etag`` and ``last_modified`` are those of the last time.

    FetchFailed: the codes of ``judge``, no_answer, certificate, too_slow, too_big, redirects, encoded, status.
    """
    headers = {"Accept": accept, "Accept-Encoding": "identity", "User-Agent": "Yhdyspinta"}
    headers |= {"If-None-Match": etag} if etag else {}
    headers |= {"If-Modified-Since": last_modified} if last_modified else {}
    deadline = _Deadline(guard.most_seconds)
    try:
        for _hop in range(guard.most_redirects + 1):
            target = judge(address, guard, resolve)
            with _answer(target, headers, guard, deadline) as answer:
                if answer.status not in _REDIRECTS:
                    return _taken(answer, guard, deadline)
                where = answer.headers.get("Location", "")
            if not where:
                raise FetchFailed("status", answer.status)
            address = urljoin(address, where)
        raise FetchFailed("redirects")
    finally:
        deadline.stop()


class _Deadline:
    """The time that all of it may take; when it is over, the open connection is shut, however slowly it drips."""

    def __init__(self, seconds: float) -> None:
        self.seconds, self.is_over = seconds, False
        self._sock: socket.socket | None = None
        self._timer = threading.Timer(seconds, self._end)
        self._timer.daemon = True
        self._timer.start()

    def watch(self, sock: socket.socket | None) -> None:
        """Name the connection that is shut at the end of the time."""
        self._sock = sock
        if self.is_over:
            self._end()

    def stop(self) -> None:
        """Stop the clock."""
        self._timer.cancel()

    def _end(self) -> None:
        self.is_over = True
        sock = self._sock
        if sock is not None:
            with suppress(OSError):  # it was closed already
                socket.socket.shutdown(sock, socket.SHUT_RDWR)


class _Pinned(http.client.HTTPSConnection):
    """A connection to the address that was judged, whatever the name says now; the certificate is the name's."""

    def __init__(self, target: Target, context: ssl.SSLContext, deadline: _Deadline) -> None:
        super().__init__(target.host, target.port, timeout=deadline.seconds, context=context)
        self._target, self._tls, self._deadline = target, context, deadline

    def connect(self) -> None:
        bare = socket.create_connection((self._target.address, self._target.port), self.timeout)
        self._deadline.watch(bare)
        try:
            self.sock = self._tls.wrap_socket(bare, server_hostname=self._target.host)
        except BaseException:
            bare.close()
            raise
        self._deadline.watch(self.sock)


@contextmanager
def _answer(
    target: Target, headers: dict[str, str], guard: Guard, deadline: _Deadline
) -> Iterator[http.client.HTTPResponse]:
    """Ask, and turn what goes wrong into a code."""
    context = ssl.create_default_context(cafile=guard.ca_file or None)
    if guard.ca_file:
        context.load_default_certs()
    connection = _Pinned(target, context, deadline)
    try:
        connection.request("GET", target.path, headers={"Host": target.netloc, **headers})
        with connection.getresponse() as answer:
            yield answer
    except ssl.SSLCertVerificationError:
        raise FetchFailed("certificate") from None
    except (OSError, http.client.HTTPException, ValueError):
        raise FetchFailed("too_slow" if deadline.is_over else "no_answer") from None
    finally:
        deadline.watch(None)
        connection.close()


def _taken(answer: http.client.HTTPResponse, guard: Guard, deadline: _Deadline) -> Fetched:
    deadline_passed = FetchFailed("too_slow")
    etag, changed = answer.headers.get("ETag", "")[:250], answer.headers.get("Last-Modified", "")[:100]
    if answer.status == HTTPStatus.NOT_MODIFIED:
        return Fetched(None, etag, changed)
    if answer.status != HTTPStatus.OK:
        raise FetchFailed("status", answer.status)
    if answer.headers.get("Content-Encoding", "identity").lower() != "identity":
        raise FetchFailed("encoded")
    body = bytearray()
    while chunk := answer.read1(_CHUNK):
        body += chunk
        if len(body) > guard.most_bytes:
            raise FetchFailed("too_big")
    if deadline.is_over:
        raise deadline_passed
    if answer.length:  # the server promised more than it sent
        raise FetchFailed("no_answer")
    return Fetched(bytes(body), etag, changed)
