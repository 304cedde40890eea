"""What may be told to everybody of where a source came from."""

from typing import Final
from urllib.parse import urlsplit

_PLACES: Final = ("https", "ssh", "s3")
_SOURCE: Final = "org.opencontainers.image.source"
_REVISION: Final = "org.opencontainers.image.revision"


def told(source_url: str) -> str | None:
    """*source_url* without what may be secret in it; `None` when it names no place.

    A user, a query and a fragment may be the right to read it; an inline source or an upload is
    the code itself.
    """
    try:
        url = urlsplit(source_url)
    except ValueError:
        return None
    if url.scheme in _PLACES:
        return f"{url.scheme}://{url.netloc.rpartition('@')[2]}{url.path}"
    _, at, place = source_url.partition("@")
    return place if at and not url.scheme else None  # user@host:path, the short form of ssh


def image_labels(source: str | None, revision: str | None) -> tuple[tuple[str, str], ...]:
    """The labels of an image that tell what is known of where it came from.

    Args:
        source: As `told` gives it.
        revision: A commit.
    """
    known = ((_SOURCE, source), (_REVISION, revision))
    return tuple((name, value) for name, value in known if value is not None)
