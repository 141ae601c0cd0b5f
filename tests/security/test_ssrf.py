"""Nobody who may enter an address makes us ask something inside the house."""

import pytest

from core import posting
from core.public_addresses import ForbiddenAddressError, checked_addresses, is_public

INSIDE = [
    "127.0.0.1",
    "127.1.2.3",
    "0.0.0.0",
    "10.0.0.5",
    "172.16.3.4",
    "192.168.1.1",
    "169.254.169.254",  # the cloud's metadata service
    "100.64.0.1",
    "::1",
    "fe80::1",
    "fc00::1",
    "fd00:ec2::254",
    "::ffff:127.0.0.1",
    "::ffff:169.254.169.254",
    "64:ff9b::7f00:1",
    "2002:7f00:1::",
    "224.0.0.1",
    "255.255.255.255",
]


@pytest.mark.parametrize("address", INSIDE)
def test_an_address_inside_is_refused_in_every_spelling(address):
    assert not is_public(address)
    with pytest.raises(ForbiddenAddressError):
        checked_addresses(address, 443, allow_private=False)


@pytest.mark.parametrize("name", ["localhost", "127.1", "0x7f000001", "2130706433", "0177.0.0.1"])
def test_a_name_that_leads_inside_is_refused(name):
    with pytest.raises((ForbiddenAddressError, OSError)):
        checked_addresses(name, 443, allow_private=False)


@pytest.mark.parametrize("address", ["93.184.216.34", "2606:2800:220:1:248:1893:25c8:1946"])
def test_the_internet_is_open(address):
    assert checked_addresses(address, 443, allow_private=False) == [address]


@pytest.mark.parametrize(
    "url",
    ["file:///etc/passwd", "gopher://example.com/", "ftp://example.com/", "http:///x", "//x", "nonsense"],
)
def test_only_web_addresses_are_addresses(url):
    with pytest.raises(posting.AddressError):
        posting.refuse_unsafe(url)


def test_where_people_sign_in_is_a_setting_and_never_entered(db, admin, client):
    client.force_login(admin)

    assert client.get("/admin/socialaccount/").status_code == 404
