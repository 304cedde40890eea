"""Hostile URLs, a few of each class; PORT stands for that of all servers."""

import attrs

from knative_lambda.domain.failures import Reason


@attrs.frozen
class Url:
    """A URL that leads a careless fetcher astray.

    Attributes:
        kind: Its class.
        redirects: Where the public server leads who asks for a path.
        rebinds: What a name becomes when it is asked for the second time.
    """

    kind: str
    url: str
    redirects: tuple[tuple[str, str], ...] = ()
    rebinds: tuple[tuple[str, str], ...] = ()
    reason: Reason = Reason.SOURCE_REJECTED

    def __str__(self) -> str:
        return f"{self.kind}: {self.url}"


def _led(*locations: str) -> Url:
    """From the public server on, over *locations*."""
    paths = ["/0.zip", *(f"/{number}.zip" for number in range(1, len(locations)))]
    return Url("redirect", f"{_PUBLIC}/0.zip", tuple(zip(paths, locations, strict=True)))


_PUBLIC = "https://public.sources.test:PORT"

URLS = [
    *(
        Url("cloud metadata", f"https://{host}/latest.zip")
        for host in ("169.254.169.254", "100.100.100.200", "[fd00:ec2::254]", "[fe80::1]")
    ),
    *(
        Url("this machine", f"https://{host}:PORT/x.zip")
        for host in ("127.0.0.2", "0.0.0.0", "[::1]", "[::]")  # noqa: S104 - nobody listens there
    ),
    *(
        Url("private address", f"https://{host}:PORT/x.zip")
        for host in ("10.0.0.1", "192.168.1.1", "100.64.0.1", "[fc00::1]")
    ),
    *(
        Url("private address over ssh", url)
        for url in (
            "ssh://git@127.0.0.2:PORT/x.git",
            "ssh://git@[::ffff:7f00:2]/x.git",
            "git@internal.sources.test:x.git",
        )
    ),
    *(
        Url("number for an address", f"https://{host}:PORT/x.zip")
        for host in ("2130706434", "0x7f000002", "017700000002", "127.2")
    ),
    *(
        Url("address in an address", f"https://{host}:PORT/x.zip")
        for host in ("[::ffff:127.0.0.2]", "[64:ff9b::7f00:2]", "[2002:7f00:2::1]", "[::7f00:2]")
    ),
    *(
        Url("look-alike address", f"https://{host}:PORT/x.zip")
        for host in ("１２７.0.0.2", "①②⑦.0.0.2", "127．0．0．2")  # noqa: RUF001 - that is the point
    ),
    *(
        Url("host in two readings", url)
        for url in (
            "https://127.0.0.2:PORT\\@public.sources.test/x.zip",
            "https://127.0.0.\n2:PORT/x.zip",
            "https://[fe80::1%25lo]:PORT/x.zip",
        )
    ),
    *(
        Url("name of a private address", f"https://{host}:PORT/x.zip")
        for host in ("internal.sources.test", "INTERNAL.sources.test.", "both.sources.test")
    ),
    *(
        Url(
            "rebinding",
            f"{_PUBLIC}{path}",
            redirects=((path, location),),
            rebinds=(("public.sources.test", "127.0.0.2"),),
        )
        for path, location in (("/0.zip", "/1.zip"), ("/0.git", "/1.git*"))
    ),
    _led("https://127.0.0.2:PORT/x.zip"),
    _led("//internal.sources.test:PORT/x.zip"),
    _led("http://127.0.0.2:PORT/x.zip"),
    _led("https://other.sources.test:PORT/1.zip", "https://[::ffff:7f00:2]:PORT/x.zip"),
    Url("credentials in the URL", "https://public.sources.test:x@internal.sources.test:PORT/x.zip"),
    Url("credentials in the URL", "https://public.sources.test@127.0.0.2:PORT/x.zip"),
    Url("file of this machine", "file:///etc/passwd"),
    Url("file of this machine", "file://localhost/etc/passwd"),
    Url("other scheme", "http://127.0.0.2:PORT/x.zip"),
    Url("other scheme", "http://169.254.169.254/latest/meta-data/"),
    Url("other scheme", "git://127.0.0.2/x.git"),
    Url("other scheme", "gopher://127.0.0.2:PORT/x"),
]
