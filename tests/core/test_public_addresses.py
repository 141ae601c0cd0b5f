"""No address that a person enters leads us to ourselves or into the house's network."""

import socket

import pytest

from core.posting import AddressError, exchange, refuse_unsafe
from core.public_addresses import is_public

PRIVATE = [
    "127.0.0.1",
    "127.8.8.8",
    "0.0.0.0",
    "10.0.0.1",
    "172.16.5.4",
    "192.168.1.1",
    "169.254.169.254",  # where clouds keep credentials
    "100.64.0.1",
    "192.0.2.1",
    "198.18.0.1",
    "224.0.0.1",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "::127.0.0.1",
    "64:ff9b::7f00:1",
    "64:ff9b::a9fe:a9fe",
    "2002:7f00:1::",  # 6to4 of 127.0.0.1
    "2001:0:7f00:1::",  # Teredo
    "fc00::1",
    "fd12:3456::1",
    "fe80::1",
    "fe80::1%eth0",
    "fec0::1",
    "ff02::1",
    "2001:db8::1",
]
PUBLIC = ["1.1.1.1", "8.8.8.8", "93.184.216.34", "2606:4700:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"]


@pytest.mark.parametrize("address", PRIVATE)
def test_private_addresses_are_refused_however_they_are_written(address):
    assert is_public(address) is False


@pytest.mark.parametrize("address", PUBLIC)
def test_public_addresses_are_not(address):
    assert is_public(address) is True


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("http://example.com/hook", "scheme"),
        ("file:///etc/passwd", "scheme"),
        ("gopher://example.com/", "scheme"),
        ("https:///hook", "host"),
        ("https://example.com:99999/", "host"),
        ("https://example.com/a b", "host"),
        ("https://example.com/a\r\nHost: x", "host"),
        ("https://example.com/é", "host"),
        ("https://user:secret@example.com/", "credentials"),
        ("https://user@example.com/", "credentials"),
        pytest.param("https://example.com/" + "a" * 2_000, "too_long", id="long"),
        ("https://127.0.0.1/", "private"),
        ("https://[::1]/", "private"),
        ("https://localhost/", "private"),
        ("https://2130706433/", "private"),  # 127.0.0.1 as one number
        ("https://0x7f.1/", "private"),
        ("https://[::ffff:169.254.169.254]/latest/meta-data/", "private"),
    ],
)
def test_an_address_that_is_refused_says_why(url, code):
    with pytest.raises(AddressError) as refused:
        refuse_unsafe(url)

    assert refused.value.code == code


def _resolving(monkeypatch: pytest.MonkeyPatch, *answers: list[str]) -> list[str]:
    """Names resolve to these, one answer after the other; what was connected to."""
    left, connected = list(answers), []

    def getaddrinfo(host: str, port: int, **_options: object) -> list[tuple]:
        addresses = left.pop(0) if len(left) > 1 else left[0]
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, port)) for one in addresses]

    def create_connection(address: tuple[str, int], *_more: object) -> socket.socket:
        connected.append(address[0])
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    monkeypatch.setattr(socket, "create_connection", create_connection)
    return connected


def test_one_private_address_among_public_ones_refuses_the_name(monkeypatch):
    connected = _resolving(monkeypatch, ["93.184.216.34", "10.0.0.7"])

    with pytest.raises(AddressError, match="private"):
        exchange("https://rebind.example/", b"{}", {})
    assert connected == []


def test_the_connection_goes_to_the_address_that_was_checked_although_the_name_means_another_one_now(
    monkeypatch,
):
    connected = _resolving(monkeypatch, ["93.184.216.34"], ["127.0.0.1"])

    with pytest.raises(ConnectionRefusedError):
        exchange("https://rebind.example/", b"{}", {})
    assert connected == ["93.184.216.34"]


def test_a_private_network_is_reached_where_the_installation_says_so(settings):
    settings.WEBHOOK_ALLOW_PRIVATE = True

    refuse_unsafe("http://127.0.0.1:8065/hooks/x")
