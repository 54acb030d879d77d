"""Addresses that people give are fetched from the internet and never from our own network."""

from __future__ import annotations

import ipaddress
import socket
from contextlib import suppress
from threading import Thread
from time import monotonic, sleep
from typing import Any

import httpx
import pytest

from core import outgoing


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1",
        "240.0.0.1", "255.255.255.255", "::1", "::", "fe80::1", "fd00::1", "ff02::1", "::ffff:127.0.0.1",
        "::ffff:169.254.169.254", "64:ff9b::7f00:1", "2002:7f00:1::", "192.0.2.1", "198.18.0.1",
    ],
)  # fmt: skip
def test_inner_addresses_are_known(address: str) -> None:
    assert not outgoing.is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize("address", ["193.166.3.2", "8.8.8.8", "2a00:1450:4026:805::2004"])
def test_addresses_of_the_internet_are_known(address: str) -> None:
    assert outgoing.is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize(
    "url",
    [
        "http://kalenteri.example/a.ics", "ftp://kalenteri.example/", "file:///etc/passwd", "https://", "", "kalenteri",
        "https://kalenteri.example:8443/", "https://kalenteri.example:22/", "https://me:secret@kalenteri.example/",
        "https://[::1", "javascript:alert(1)", "gopher://kalenteri.example/", "https://x.example/" + "a" * 1000,
    ],
)  # fmt: skip
def test_only_https_on_its_own_port(url: str) -> None:
    with pytest.raises(outgoing.Unreachable) as caught:
        outgoing.checked(url)
    assert caught.value.reason == "address"


def test_webcal_is_https() -> None:
    assert outgoing.checked(" webcal://kalenteri.example/a.ics ") == "https://kalenteri.example/a.ics"


def answer_names(monkeypatch: pytest.MonkeyPatch, *addresses: str) -> list[str]:
    asked: list[str] = []

    def answer(host: str, port: int, **_more: Any) -> list[Any]:
        asked.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, port)) for one in addresses]

    monkeypatch.setattr(socket, "getaddrinfo", answer)
    return asked


@pytest.mark.parametrize("addresses", [("127.0.0.1",), ("93.184.215.14", "10.0.0.1"), ("::ffff:10.0.0.1",)])
def test_a_name_that_leads_into_our_network_is_not_connected_to(
    monkeypatch: pytest.MonkeyPatch, addresses: tuple[str, ...]
) -> None:
    answer_names(monkeypatch, *addresses)
    with pytest.raises(outgoing.Unreachable) as caught:
        outgoing.fetch("https://kalenteri.example/a.ics", largest=1000)
    assert caught.value.reason == "private"


def test_the_connection_goes_to_the_address_that_was_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    """The name is looked up once; what is connected to is the address, so a second answer changes nothing."""
    asked = answer_names(monkeypatch, "93.184.215.14")
    connected: list[Any] = []

    def connect(address: Any, *_more: Any, **_other: Any) -> Any:
        connected.append(address)
        raise OSError("no network here")

    monkeypatch.setattr(socket, "create_connection", connect)
    with pytest.raises(outgoing.Unreachable) as caught:
        outgoing.fetch("https://kalenteri.example/a.ics", largest=1000)
    assert caught.value.reason == "silent"
    assert (asked, connected) == (["kalenteri.example"], [("93.184.215.14", 443)])


def serve(monkeypatch: pytest.MonkeyPatch, answers: dict[str, httpx.Response]) -> list[str]:
    """Answers in place of the network, by address."""
    asked: list[str] = []

    def handle(self: Any, request: httpx.Request) -> httpx.Response:
        asked.append(str(request.url))
        found = answers[str(request.url)]
        found.request = request
        return found

    monkeypatch.setattr(httpx.HTTPTransport, "handle_request", handle)
    return asked


HERE = "https://kalenteri.example/a.ics"


def test_what_is_there_is_given(monkeypatch: pytest.MonkeyPatch) -> None:
    serve(monkeypatch, {HERE: httpx.Response(200, stream=httpx.ByteStream(b"BEGIN:VCALENDAR"))})
    assert outgoing.fetch(HERE, largest=1000) == b"BEGIN:VCALENDAR"


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (httpx.Response(404), "refused"),
        (httpx.Response(200, stream=httpx.ByteStream(b"x" * 1001)), "large"),
        (httpx.Response(200, headers={"content-encoding": "gzip"}, stream=httpx.ByteStream(b"x")), "refused"),
        (httpx.Response(302, headers={"location": "http://169.254.169.254/latest"}), "address"),
        (httpx.Response(302, headers={"location": "file:///etc/passwd"}), "address"),
        (httpx.Response(302, headers={"location": HERE}), "refused"),
    ],
    ids=["missing", "large", "compressed", "inner http", "file", "loop"],
)
def test_what_is_not_taken(monkeypatch: pytest.MonkeyPatch, answer: httpx.Response, reason: str) -> None:
    asked = serve(monkeypatch, {HERE: answer})
    with pytest.raises(outgoing.Unreachable) as caught:
        outgoing.fetch(HERE, largest=1000)
    assert caught.value.reason == reason
    assert len(asked) <= outgoing.MOST_REDIRECTS + 1


def test_a_redirect_to_an_inner_address_is_not_followed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first answer is taken from outside the network; the second connection is made for real, and refused."""
    answer_names(monkeypatch, "10.0.0.1")
    real = httpx.HTTPTransport.handle_request

    def handle(self: Any, request: httpx.Request) -> httpx.Response:
        if str(request.url) == HERE:
            return httpx.Response(302, headers={"location": "https://sisalla.example/"}, request=request)
        return real(self, request)

    monkeypatch.setattr(httpx.HTTPTransport, "handle_request", handle)
    with pytest.raises(outgoing.Unreachable) as caught:
        outgoing.fetch(HERE, largest=1000)
    assert caught.value.reason == "private"


def test_what_has_not_changed_is_not_sent_again(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[httpx.Headers] = []

    def handle(self: Any, request: httpx.Request) -> httpx.Response:
        asked.append(request.headers)
        if request.headers.get("if-none-match") == '"a"':
            return httpx.Response(304, request=request)
        told = {"etag": '"a"', "last-modified": "Mon, 02 Mar 2026 09:00:00 GMT"}
        return httpx.Response(200, headers=told, stream=httpx.ByteStream(b"x"), request=request)

    monkeypatch.setattr(httpx.HTTPTransport, "handle_request", handle)
    first = outgoing.fetch_if_changed(HERE, stamp=outgoing.NO_STAMP, largest=1000)
    assert first == outgoing.Fetched(b"x", outgoing.Stamp('"a"', "Mon, 02 Mar 2026 09:00:00 GMT"))
    assert "if-none-match" not in asked[0]
    again = outgoing.fetch_if_changed(HERE, stamp=first.stamp, largest=1000)
    assert again == outgoing.Fetched(None, first.stamp)
    assert asked[1]["if-modified-since"] == "Mon, 02 Mar 2026 09:00:00 GMT"


def test_one_that_was_not_asked_cannot_say_that_nothing_has_changed(monkeypatch: pytest.MonkeyPatch) -> None:
    serve(monkeypatch, {HERE: httpx.Response(304)})
    with pytest.raises(outgoing.Unreachable) as caught:
        outgoing.fetch(HERE, largest=1000)
    assert caught.value.reason == "refused"


@pytest.mark.parametrize("etag", ['"' + "a" * 300 + '"', '"ä"', '"a\tb"'])
def test_a_mark_that_could_not_be_sent_back_is_not_kept(monkeypatch: pytest.MonkeyPatch, etag: str) -> None:
    answer = httpx.Response(200, headers=[(b"etag", etag.encode("latin-1"))], stream=httpx.ByteStream(b"x"))
    serve(monkeypatch, {HERE: answer})
    assert outgoing.fetch_if_changed(HERE, stamp=outgoing.NO_STAMP, largest=1000).stamp == outgoing.NO_STAMP


class Drip(httpx.SyncByteStream):
    """A piece at a time, for ever."""

    def __iter__(self) -> Any:
        while True:
            yield b"."


def test_one_that_drips_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    serve(monkeypatch, {HERE: httpx.Response(200, stream=Drip())})
    with pytest.raises(outgoing.Unreachable) as caught:
        outgoing.fetch(HERE, largest=10**9, patience=0.2)
    assert caught.value.reason == "silent"


class Unwrapped:
    """In place of TLS, so that a plain server of the test can answer."""

    def wrap_socket(self, sock: socket.socket, **_more: Any) -> socket.socket:
        return sock

    def set_alpn_protocols(self, _names: list[str]) -> None: ...


@pytest.fixture
def dripping(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Whatever is connected to answers with a header that goes on for six seconds, a byte at a time."""
    listener = socket.create_server(("127.0.0.1", 0))

    def drip() -> None:
        there, _address = listener.accept()
        began = monotonic()
        with there, suppress(OSError):
            there.sendall(b"HTTP/1.1 200 OK\r\nX-Long: ")
            while monotonic() - began < 6:
                there.sendall(b"a")
                sleep(0.02)

    server = Thread(target=drip, daemon=True)
    server.start()
    connect = socket.create_connection
    monkeypatch.setattr(
        socket, "create_connection", lambda _address, *more, **other: connect(listener.getsockname(), *more, **other)
    )
    monkeypatch.setattr(httpx, "create_ssl_context", lambda **_more: Unwrapped())
    monkeypatch.setattr(outgoing, "look_up", lambda _host, _port: [ipaddress.ip_address("93.184.215.14")])
    yield
    server.join(8)
    listener.close()


@pytest.mark.usefixtures("dripping")
def test_one_whose_headers_drip_holds_no_thread() -> None:
    began = monotonic()
    with pytest.raises(outgoing.Unreachable) as caught:
        outgoing._fetch(HERE, outgoing.NO_STAMP, 10**9, began + 0.4)
    assert caught.value.reason == "silent"
    assert 0.3 < monotonic() - began < 3


def test_no_redirect_is_followed_when_time_is_up(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = serve(monkeypatch, {HERE: httpx.Response(302, headers={"location": HERE})})
    with pytest.raises(outgoing.Unreachable) as caught:
        outgoing._fetch(HERE, outgoing.NO_STAMP, 1000, monotonic() - 1)
    assert (caught.value.reason, asked) == ("silent", [])
