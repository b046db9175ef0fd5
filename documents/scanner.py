"""ClamAV by its INSTREAM protocol: the bytes go over a socket, one word comes back.

``settings.CLAMAV_ADDRESS`` is ``host:port`` or ``unix:/path``; empty means that nothing is scanned.
"""

import logging
import socket
import struct
from typing import IO

from django.conf import settings

from documents.models import ScanState

TIMEOUT_SECONDS = 30
CHUNK = 64 * 1024

logger = logging.getLogger(__name__)


def scan(file: IO[bytes]) -> ScanState:
    """Return clean or infected; unscanned where no scanner is configured or it does not answer."""
    if not settings.CLAMAV_ADDRESS:
        return ScanState.UNSCANNED
    try:
        with _connect(settings.CLAMAV_ADDRESS) as connection:
            answer = _ask(connection, file)
    except OSError as error:
        logger.error("The virus scanner does not answer: %s", error)
        return ScanState.UNSCANNED
    if answer.endswith("FOUND"):
        logger.warning("The virus scanner found: %s", answer)
        return ScanState.INFECTED
    if answer == "stream: OK":
        return ScanState.CLEAN
    logger.error("The virus scanner said: %s", answer)
    return ScanState.UNSCANNED


def _connect(address: str) -> socket.socket:
    if address.startswith("unix:"):
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        connection.settimeout(TIMEOUT_SECONDS)
        connection.connect(address.removeprefix("unix:"))
        return connection
    host, _colon, port = address.rpartition(":")
    return socket.create_connection((host, int(port)), timeout=TIMEOUT_SECONDS)


def _ask(connection: socket.socket, file: IO[bytes]) -> str:
    """Send the file in chunks with their lengths, a zero at the end, and return the scanner's line."""
    connection.sendall(b"zINSTREAM\0")
    while chunk := file.read(CHUNK):
        connection.sendall(struct.pack("!I", len(chunk)) + chunk)
    connection.sendall(struct.pack("!I", 0))
    answer = b""
    while not answer.endswith(b"\0"):
        part = connection.recv(4096)
        if not part:
            break
        answer += part
    return answer.rstrip(b"\0\n").decode("utf-8", "replace")
