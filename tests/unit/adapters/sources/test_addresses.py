"""An address is judged by where packets to it come out."""

from ipaddress import ip_address

import pytest

from knative_lambda.adapters.sources.addresses import is_public, is_unicast


@pytest.mark.parametrize(
    "text", ["1.1.1.1", "2606:4700:4700::1111", "::ffff:1.1.1.1", "64:ff9b::101:101"]
)
def test_an_address_of_the_internet_is_public(text: str) -> None:
    assert is_public(ip_address(text))


@pytest.mark.parametrize(
    "text",
    [
        *("127.0.0.1", "10.0.0.1", "172.16.0.1", "192.168.0.1", "100.64.0.1", "198.18.0.1"),
        *("::1", "fd00::1", "fec0::1", "::ffff:10.0.0.1", "64:ff9b::a00:1", "2002:a00:1::"),
        *("64:ff9b:1::a00:1", "::10.0.0.1", "2001:db8::1", "2001::1", "100::1", "4000::1"),
    ],
)
def test_a_private_address_is_not_public_but_may_be_allowed(text: str) -> None:
    assert not is_public(ip_address(text))
    assert is_unicast(ip_address(text))


@pytest.mark.parametrize(
    "text",
    [
        *("169.254.169.254", "169.254.1.1", "100.100.100.200", "192.0.0.192", "fd00:ec2::254"),
        *("fe80::1", "224.0.0.1", "ff02::1", "0.0.0.0", "::", "255.255.255.255"),  # noqa: S104 - refused
        *("::ffff:169.254.169.254", "64:ff9b::a9fe:a9fe", "2002:a9fe:a9fe::"),
    ],
)
def test_links_groups_and_metadata_are_never_allowed(text: str) -> None:
    assert not is_public(ip_address(text))
    assert not is_unicast(ip_address(text))
