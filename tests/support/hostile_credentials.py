"""Requests that would have a credential shown to whom it is not for, a few of each class."""

from collections.abc import Callable

import attrs

# What a careless program makes of the lists of a credential, and of who wants to show it to whom.
Belief = Callable[["Lure", str, str], bool]

TENANT = "acme"
_HOST = "public.sources.test"
_URL = f"https://{_HOST}:PORT/x.tgz"


@attrs.frozen
class Lure:
    """A request by acme with the credential `forge`; PORT is a server's, ELSEWHERE another's.

    Attributes:
        kind: Its class.
        believes: Whether a careless program takes the credential for good: for whom, and for
            which `host:port`.
        tenants: That the credential lists; *hosts* the same.
        redirects: Where the server leads who asks for a path that begins so.
        shown_at: Where on its own host it may be shown.
    """

    kind: str
    name: str
    believes: Belief
    url: str = _URL
    tenants: str = TENANT
    hosts: str = _HOST
    redirects: tuple[tuple[str, str], ...] = ()
    shown_at: str = ""

    def __str__(self) -> str:
        return f"{self.kind}: {self.name}"


def _all(_lure: Lure, _tenant: str, _host: str) -> bool:
    return True


def _contains(lure: Lure, tenant: str, _host: str) -> bool:
    return tenant in lure.tenants


def _in_any_case(lure: Lure, tenant: str, _host: str) -> bool:
    return tenant.casefold() == lure.tenants.casefold()


def _none_is_all(lure: Lure, tenant: str, _host: str) -> bool:
    return not lure.tenants or tenant in lure.tenants.split()


def _ends(lure: Lure, _tenant: str, host: str) -> bool:
    return host.partition(":")[0].endswith(lure.hosts)


def _begins(lure: Lure, _tenant: str, host: str) -> bool:
    return host.startswith(lure.hosts)


def _without_port(lure: Lure, _tenant: str, host: str) -> bool:
    return host.partition(":")[0] == lure.hosts.partition(":")[0]


TENANTS = [
    Lure("another tenant's credential", name, believes, tenants=tenants)
    for name, believes, tenants in (
        ("never looked at", _all, "other"),
        ("part of a name", _contains, "acme-labs"),
        ("another case", _in_any_case, "ACME"),
        ("nobody's", _none_is_all, ""),
    )
]
HOSTS = [
    Lure("credential for another host", name, believes, f"https://{host}/x.tgz", hosts=hosts)
    for name, believes, host, hosts in (
        ("never looked at", _all, "other.sources.test:PORT", _HOST),
        ("the end of a name", _ends, f"not{_HOST}:PORT", _HOST),
        ("the beginning of one", _begins, f"{_HOST}.sources.test:PORT", _HOST),
        ("another port", _without_port, f"{_HOST}:PORT", f"{_HOST}:443"),
    )
]
LED = [
    Lure(
        "credential led elsewhere",
        name,
        _without_port,
        f"https://{_HOST}:PORT{path}",
        redirects=redirects,
        shown_at=path,
    )
    for name, path, redirects in (
        ("an archive", "/x.tgz", (("/x.tgz", "https://other.sources.test:PORT/y.tgz"),)),
        ("a repository", "/x.git", (("/x.git", "https://other.sources.test:PORT/y.git*"),)),
        ("to another port", "/x.tgz", (("/x.tgz", f"https://{_HOST}:ELSEWHERE/y.tgz"),)),
        (
            "by its own host",
            "/x.tgz",
            (("/x.tgz", "/z.tgz"), ("/z.tgz", "//other.sources.test:PORT/y.tgz")),
        ),
    )
]

LURES = [*TENANTS, *HOSTS, *LED]
