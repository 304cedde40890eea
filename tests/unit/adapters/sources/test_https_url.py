"""URLs are read in one way only, and what two programs could read differently is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knative_lambda.adapters.sources.endpoints import Endpoint, HostPattern
from knative_lambda.adapters.sources.https_url import HttpsUrl


def test_a_url_has_a_host_a_port_a_path_and_a_query() -> None:
    url = HttpsUrl.of("https://Example.COM.:8443/a%2Fb.zip?sig=x#part")
    assert url == HttpsUrl(Endpoint("example.com", 8443), "/a%2Fb.zip", "?sig=x")
    assert str(url) == "https://example.com:8443/a%2Fb.zip?sig=x"
    assert url.shown == "https://example.com:8443/a%2Fb.zip"


def test_a_url_without_port_and_path_has_those_of_https() -> None:
    assert HttpsUrl.of("https://[2606:4700::1]") == HttpsUrl(Endpoint("2606:4700::1", 443), "/")
    assert str(HttpsUrl.of("https://[2606:4700::1]")) == "https://[2606:4700::1]/"


@pytest.mark.parametrize(
    "text",
    [
        *("http://example.com", "https:/example.com", "https://", "https://:443/", "//example.com"),
        *("https://user@example.com", "https://user:x@example.com", "https://a@b@example.com"),
        *("https://example.com:0/", "https://example.com:65536/", "https://example.com:x/"),
        *("https://example.com:/", "https://example.com:443:443/", "https://exa mple.com"),
        *("https://example.com\\@other.com/", "https://example.com/\n", "https://exämple.com/"),
        *("https://exa%6dple.com/", "https://-example.com/", "https://example..com/"),
        *("https://2130706433/", "https://0x7f.1/", "https://127.1/", "https://0177.0.0.1/"),
        *("https://[::1%25eth0]/", "https://[::1/", "https://[v1.x]/", "https://1.2.3.4.5/"),
    ],
)
def test_what_is_no_plain_https_url_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="must"):
        HttpsUrl.of(text)


@pytest.mark.parametrize(
    ("location", "url"),
    [
        ("/b", "https://example.com/b"),
        ("b?x", "https://example.com/folder/b?x"),
        ("//other.com/b", "https://other.com/b"),
        ("https://other.com/b", "https://other.com/b"),
    ],
)
def test_a_redirect_leads_on(location: str, url: str) -> None:
    assert str(HttpsUrl.of("https://example.com/folder/a").led_to(location)) == url


@pytest.mark.parametrize(
    "location", ["http://example.com", "file:///etc/passwd", "//u@other", "\\\\x"]
)
def test_a_redirect_to_anything_but_https_is_refused(location: str) -> None:
    with pytest.raises(ValueError, match="must"):
        HttpsUrl.of("https://example.com/a").led_to(location)


@given(st.text(st.characters(min_codepoint=33, max_codepoint=126), max_size=40))
def test_reading_what_was_written_gives_the_same(text: str) -> None:
    try:
        url = HttpsUrl.of(f"https://{text}")
    except ValueError:
        return
    assert HttpsUrl.of(str(url)) == url


@pytest.mark.parametrize(
    ("pattern", "host", "port", "matches"),
    [
        ("example.com", "example.com", 443, True),
        ("EXAMPLE.com.", "example.com", 8443, True),
        ("example.com", "a.example.com", 443, False),
        ("*.example.com", "a.b.example.com", 443, True),
        ("*.example.com", "example.com", 443, False),
        ("*.example.com", "badexample.com", 443, False),
        ("example.com:8443", "example.com", 443, False),
        ("[2606:4700::1]:22", "2606:4700::1", 22, True),
    ],
)
def test_a_pattern_allows_hosts(pattern: str, host: str, port: int, matches: bool) -> None:  # noqa: FBT001 - a column
    assert HostPattern.of(pattern).matches(Endpoint(host, port)) is matches


@pytest.mark.parametrize("pattern", ["", "*", "*.", "https://example.com", "a*.com", "a.com:x"])
def test_what_is_no_pattern_is_refused(pattern: str) -> None:
    with pytest.raises(ValueError, match="must"):
        HostPattern.of(pattern)
