"""Fetching an address that a person gave. It may lead anywhere, so it never leads into our own network.

Each connection, that of a redirect too, goes to an address that was looked up and checked here: the name is not looked
up again, so it cannot answer otherwise in between. Only https on its own port, no proxy of the environment, nothing
compressed, and a limit of bytes and of time for the whole: each step waits for what is left of it and no longer, so one
that drips its answer a byte at a time, its headers too, holds nobody up.
"""

from __future__ import annotations

import ipaddress
import socket
import ssl
import typing
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from time import monotonic
from urllib.parse import urlsplit

import httpcore
import httpx

PATIENCE = 10.0
"""Seconds for the whole, redirects and all."""
MOST_REDIRECTS = 3
_helpers = ThreadPoolExecutor(max_workers=4, thread_name_prefix="outgoing")
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_SIX_TO_FOUR = ipaddress.ip_network("2002::/16")

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class Unreachable(Exception):  # what it is, not that it is an error
    """`reason` is one of: address, private, silent, refused, large."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


def is_public(address: Address) -> bool:
    """Whether it is out in the internet. An IPv4 address inside an IPv6 one counts as what it is."""
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is not None:
            return is_public(address.ipv4_mapped)
        if address in _NAT64 or address in _SIX_TO_FOUR or address.teredo is not None:
            return False
    return address.is_global and not address.is_multicast and not address.is_reserved


def look_up(host: str, port: int) -> list[Address]:
    """The host's addresses, all of which have to be public. Raises `Unreachable`."""
    try:
        rows = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as problem:
        raise Unreachable("silent") from problem
    found = list(dict.fromkeys(ipaddress.ip_address(str(row[4][0]).partition("%")[0]) for row in rows))
    if not found:
        raise Unreachable("silent")
    if not all(is_public(one) for one in found):
        raise Unreachable("private")
    return found


class _TimedStream(httpcore.NetworkStream):
    """A connection of which every step ends at `until` (of `monotonic`). Raises httpcore's own time-outs."""

    def __init__(self, stream: httpcore.NetworkStream, until: float) -> None:
        self._stream, self._until = stream, until

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, _left(self._until, timeout, httpcore.ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, _left(self._until, timeout, httpcore.WriteTimeout))

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        timeout = _left(self._until, timeout, httpcore.ConnectTimeout)
        return _TimedStream(self._stream.start_tls(ssl_context, server_hostname, timeout), self._until)

    def close(self) -> None:
        self._stream.close()

    def get_extra_info(self, info: str) -> typing.Any:
        return self._stream.get_extra_info(info)


def _left(until: float, timeout: float | None, too_late: type[httpcore.TimeoutException]) -> float:
    """Seconds that a step may take, `timeout` at most. Raises `too_late` when there are none."""
    left = until - monotonic()
    if left <= 0:
        raise too_late
    return left if timeout is None else min(timeout, left)


class _CheckedBackend(httpcore.SyncBackend):
    """Connects to the address that was checked, until a moment; the name stays that of the certificate."""

    def __init__(self, until: float) -> None:
        self._until = until

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: typing.Iterable[typing.Any] | None = None,
    ) -> httpcore.NetworkStream:
        address = look_up(host, port)[0]
        timeout = _left(self._until, timeout, httpcore.ConnectTimeout)
        stream = super().connect_tcp(str(address), port, timeout, local_address, socket_options)
        return _TimedStream(stream, self._until)


def checked(url: str) -> str:
    """The address as it may be fetched; `webcal` is https. Raises `Unreachable`."""
    url = url.strip()
    if url.lower().startswith("webcal://"):
        url = f"https://{url[9:]}"
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as problem:
        raise Unreachable("address") from problem
    if parts.scheme.lower() != "https" or not parts.hostname or port not in (None, 443):
        raise Unreachable("address")
    if parts.username is not None or parts.password is not None or len(url) > 1000:
        raise Unreachable("address")
    return url


@dataclass(frozen=True)
class Stamp:
    """What an address said of its content when it gave it, for asking whether it has changed (RFC 9110, 8.8): the
    entity tag and the time of the last change, in its own words."""

    etag: str = ""
    modified: str = ""


@dataclass(frozen=True)
class Fetched:
    """`content` is None when the address says that it has not changed."""

    content: bytes | None
    stamp: Stamp


NO_STAMP = Stamp()
LONGEST_ETAG, LONGEST_MODIFIED = 200, 60


def fetch(url: str, *, largest: int, patience: float = PATIENCE) -> bytes:
    """What stands at the address. Raises `Unreachable`."""
    return fetch_if_changed(url, stamp=NO_STAMP, largest=largest, patience=patience).content or b""


def fetch_if_changed(url: str, *, stamp: Stamp, largest: int, patience: float = PATIENCE) -> Fetched:
    """What stands at the address, unless it is what was given with `stamp`. In a thread of its own: a name server that
    hangs is bounded by no client's time-out. Raises `Unreachable`.
    """
    work = _helpers.submit(_fetch, url, stamp, largest, monotonic() + patience)
    try:
        return work.result(timeout=patience + 1)
    except TimeoutError as problem:
        work.cancel()
        raise Unreachable("silent") from problem


def _fetch(url: str, stamp: Stamp, largest: int, until: float) -> Fetched:
    asked = {"Accept-Encoding": "identity"}
    asked |= {"If-None-Match": stamp.etag} if stamp.etag else {}
    asked |= {"If-Modified-Since": stamp.modified} if stamp.modified else {}
    transport = httpx.HTTPTransport(trust_env=False, retries=0)
    transport._pool = httpcore.ConnectionPool(  # httpx has no way of its own to give a backend
        ssl_context=httpx.create_ssl_context(trust_env=False), network_backend=_CheckedBackend(until)
    )
    try:
        with httpx.Client(transport=transport, trust_env=False, timeout=3.0, follow_redirects=False) as client:
            for _turn in range(MOST_REDIRECTS + 1):
                url = checked(url)
                if monotonic() > until:
                    raise Unreachable("silent")
                with client.stream("GET", url, headers=asked) as answer:
                    if answer.has_redirect_location:
                        url = str(answer.url.join(answer.headers["location"]))
                        continue
                    if answer.status_code == 304 and stamp != NO_STAMP:
                        return Fetched(None, stamp)
                    return Fetched(_read(answer, largest, until), _stamp(answer))
    except (httpx.HTTPError, httpx.InvalidURL, httpcore.NetworkError, OSError, ValueError, LookupError) as problem:
        raise Unreachable("silent") from problem
    raise Unreachable("refused")


def _stamp(answer: httpx.Response) -> Stamp:
    """What cannot be sent back as it came is left out."""
    etag, modified = answer.headers.get("etag", ""), answer.headers.get("last-modified", "")
    return Stamp(_plain(etag, LONGEST_ETAG), _plain(modified, LONGEST_MODIFIED))


def _plain(value: str, longest: int) -> str:
    return value if len(value) <= longest and value.isascii() and value.isprintable() else ""


def _read(answer: httpx.Response, largest: int, until: float) -> bytes:
    if answer.status_code != 200 or answer.headers.get("content-encoding", "identity") != "identity":
        raise Unreachable("refused")
    body = bytearray()
    for piece in answer.iter_raw():
        body += piece
        if len(body) > largest:
            raise Unreachable("large")
        if monotonic() > until:
            raise Unreachable("silent")
    return bytes(body)
