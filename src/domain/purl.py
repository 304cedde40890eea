"""Package URLs, the names by which scanners know packages.

Source: https://github.com/package-url/purl-spec
"""

from urllib.parse import quote


def purl(kind: str, name: str, version: str, place: tuple[str, str] | None = None) -> str:
    """The package URL of one version of a package.

    Args:
        kind: Such as `npm`, `pypi` or `golang`.
        name: As the kind writes it; what stands before its last slash is its namespace.
        version: As the kind writes it.
        place: Where it comes from, if that is not where packages of this kind are looked for:
            `vcs_url` or `download_url`, and the URL.
    """
    named = f"pkg:{kind}/{_quoted(name)}@{_quoted(version)}"
    return f"{named}?{place[0]}={_quoted(place[1])}" if place else named


def _quoted(text: str) -> str:
    return quote(text, safe="/:")
