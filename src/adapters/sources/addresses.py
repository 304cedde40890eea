"""Which IP addresses tenants' sources may lie at, whatever form they are written in."""

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import Final

Address = IPv4Address | IPv6Address

_GLOBAL_UNICAST: Final = IPv6Network("2000::/3")
_NAT64: Final = (IPv6Network("64:ff9b::/96"), IPv6Network("64:ff9b:1::/48"))
_COMPATIBLE: Final = IPv6Network("::/96")
# What clouds tell of a machine, its credentials included, to whoever asks at these addresses.
_METADATA: Final = frozenset(
    map(ip_address, ("169.254.169.254", "100.100.100.200", "192.0.0.192", "fd00:ec2::254"))
)
_LINKS: Final = (IPv4Network("169.254.0.0/16"), IPv6Network("fe80::/10"))
_LAST_32: Final = 0xFFFFFFFF


def is_public(address: Address) -> bool:
    """Whether *address* is anybody's on the internet."""
    reached = _reached(address)
    if isinstance(reached, IPv6Address) and reached not in _GLOBAL_UNICAST:
        return False
    return is_unicast(reached) and reached.is_global


def is_unicast(address: Address) -> bool:
    """Whether *address* is one host's, be it a private one, that is no metadata service."""
    reached = _reached(address)
    special = reached.is_multicast or reached.is_unspecified
    local = any(reached in network for network in _LINKS if network.version == reached.version)
    broadcast = isinstance(reached, IPv4Address) and int(reached) == _LAST_32
    return not (special or local or broadcast or reached in _METADATA)


def _reached(address: Address) -> Address:
    """The IPv4 address that packets to *address* come out at, if it only wraps one."""
    if isinstance(address, IPv4Address):
        return address
    wrapped = address.ipv4_mapped or address.sixtofour
    if wrapped is not None:
        return wrapped
    compatible = address in _COMPATIBLE and int(address) > 1
    if compatible or any(address in network for network in _NAT64):
        return IPv4Address(int(address) & _LAST_32)
    return address
