"""Whether an address lies outside this machine and its network: what outgoing webhooks may be led to.

A person who may enter an address must not be able to make us ask the database, the cloud's metadata service
or a router. So a name is resolved once, every address that it has must be public, and the connection is made
to the address that was checked (a name may resolve to another one a moment later).
"""

import socket
from collections.abc import Iterator
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

#: Networks whose addresses carry an IPv4 address in their last 32 bits (RFC 6052, RFC 4291 §2.5.5).
_CARRYING_IPV4 = (IPv6Network("64:ff9b::/96"), IPv6Network("::/96"))


class ForbiddenAddressError(ValueError):
    """The name leads into a private network, to this machine, or nowhere; the message says which."""


def is_public(address: str) -> bool:
    """Whether the address is one of the public Internet, and so is every one that it carries inside."""
    return all(_is_public(one) for one in _with_carried(ip_address(address.partition("%")[0])))


def checked_addresses(host: str, port: int, *, allow_private: bool) -> list[str]:
    """The addresses of a host to connect to; a single private one among them refuses all.

    Raises ForbiddenAddressError; OSError where the name is not known.
    """
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    addresses = list(dict.fromkeys(str(row[4][0]) for row in found))
    private = [] if allow_private else [one for one in addresses if not is_public(one)]
    if private or not addresses:
        raise ForbiddenAddressError(f"{host} is not an address of the public Internet")
    return addresses


def _is_public(address: IPv4Address | IPv6Address) -> bool:
    special = (
        address.is_multicast
        or address.is_reserved
        or address.is_unspecified
        or address.is_loopback
        or address.is_link_local
    )
    return address.is_global and not special and not getattr(address, "is_site_local", False)


def _with_carried(address: IPv4Address | IPv6Address) -> Iterator[IPv4Address | IPv6Address]:
    """An IPv4 address within an IPv6 one instead of it; others as they are."""
    if isinstance(address, IPv4Address):
        yield address
        return
    if address.ipv4_mapped:
        yield address.ipv4_mapped
    elif address.sixtofour:
        yield address.sixtofour
    elif address.teredo:
        yield from address.teredo
    elif any(address in network for network in _CARRYING_IPV4):
        yield IPv4Address(int(address) & 0xFFFFFFFF)
    else:
        yield address
