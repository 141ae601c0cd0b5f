"""One POST to an address that was checked, and nothing else.

Nothing is followed: no redirect, no proxy of the environment, no second name. Of what the other end says its
status and a few words are read, within a time that it cannot stretch.
"""

import socket
import ssl
import threading
from collections.abc import Mapping
from http.client import HTTPConnection
from urllib.parse import SplitResult, urlsplit

from django.conf import settings

from core.public_addresses import ForbiddenAddressError, checked_addresses

CONNECTING = 5.0  # seconds
WHOLE_EXCHANGE = 15.0  # seconds, however slowly the other end drips
WORDS_READ = 2_000
LONGEST_ADDRESS = 2_000


class AddressError(ValueError):
    """Nothing is sent to this address; ``code`` says why: too_long, scheme, host, credentials, private."""

    def __init__(self, code: str) -> None:
        super().__init__(f"this address is refused ({code})")
        self.code = code


def refuse_unsafe(url: str) -> None:
    """Raises AddressError where nothing would be sent to this address as things are now, OSError where its
    name is not known."""
    _addresses(_parts(url))


def exchange(url: str, raw: bytes, headers: Mapping[str, str]) -> tuple[int, str]:
    """POST the body; the status of the answer and a few words of it.

    Raises AddressError where the address is refused; OSError and HTTPException where no answer came in time.
    """
    parts = _parts(url)
    connection = _Pinned(parts, _addresses(parts))
    deadline = threading.Timer(WHOLE_EXCHANGE, connection.break_off)
    deadline.daemon = True
    deadline.start()
    try:
        connection.request("POST", _target(parts), body=raw, headers=dict(headers))
        answer = connection.getresponse()
        words = answer.read(WORDS_READ).decode("utf-8", "replace")
        return answer.status, " ".join(words.split())[:200]
    finally:
        deadline.cancel()
        connection.close()


class _Pinned(HTTPConnection):
    """A connection to one of the addresses that were checked, whatever the name resolves to meanwhile."""

    def __init__(self, parts: SplitResult, addresses: list[str]) -> None:
        super().__init__(_host(parts), _port(parts), timeout=WHOLE_EXCHANGE)
        self._addresses = addresses
        self._over_tls = parts.scheme == "https"
        self.default_port = 443 if self._over_tls else 80  # left out of the Host header
        self._broken_off = False

    def connect(self) -> None:
        """Reach the first address that answers, over TLS in the name of the host."""
        self.sock = self._reach()
        self.sock.settimeout(WHOLE_EXCHANGE)
        if self._over_tls:
            tls = ssl.create_default_context()
            self.sock = tls.wrap_socket(self.sock, server_hostname=self.host)
        if self._broken_off:  # the time was over while there was nothing yet to break off
            raise TimeoutError("no connection in time")

    def break_off(self) -> None:
        """End whatever is being waited for; called from another thread."""
        self._broken_off = True
        if self.sock is not None:
            try:
                self.sock.shutdown(socket.SHUT_RDWR)
            except OSError:
                self._broken_off = True  # it was closed in the same moment: nothing waits any more

    def _reach(self) -> socket.socket:
        last: OSError = OSError("no address")
        for address in self._addresses:
            if self._broken_off:
                break
            try:
                return socket.create_connection((address, self.port), CONNECTING)
            except OSError as error:
                last = error
        raise last


def _parts(url: str) -> SplitResult:
    """The parts of an address that a webhook may have. Raises AddressError."""
    if len(url) > LONGEST_ADDRESS:
        raise AddressError("too_long")
    try:
        parts = urlsplit(url)
        _ = parts.port  # raises where it is none
    except ValueError as error:
        raise AddressError("host") from error
    if parts.scheme not in ({"https", "http"} if settings.WEBHOOK_ALLOW_PRIVATE else {"https"}):
        raise AddressError("scheme")
    if not parts.hostname or not url.isprintable() or " " in url or not _target(parts).isascii():
        raise AddressError("host")
    if parts.username is not None or parts.password is not None:
        raise AddressError("credentials")
    return parts


def _addresses(parts: SplitResult) -> list[str]:
    """What the host resolves to. Raises AddressError where any of it is private, OSError for no such name."""
    try:
        return checked_addresses(_host(parts), _port(parts), allow_private=settings.WEBHOOK_ALLOW_PRIVATE)
    except ForbiddenAddressError as error:
        raise AddressError("private") from error
    except UnicodeError as error:
        raise AddressError("host") from error


def _host(parts: SplitResult) -> str:
    return parts.hostname or ""


def _port(parts: SplitResult) -> int:
    return parts.port or (443 if parts.scheme == "https" else 80)


def _target(parts: SplitResult) -> str:
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
