"""Local places as `file:` URLs."""

from pathlib import Path
from urllib.parse import unquote, urlsplit


def path_of(url: str) -> Path:
    """The absolute path that a `file:///...` URL names.

    Raises:
        ValueError: It names none; the text is what would be right.
    """
    parts = urlsplit(url)
    if parts.scheme != "file":
        raise ValueError("must be a file:///absolute/path URL here")
    if parts.netloc not in {"", "localhost"}:
        raise ValueError("must name no host: three slashes after file:")
    if parts.query or parts.fragment:
        raise ValueError("must have '?' and '#' in the path as %3F and %23")
    path = unquote(parts.path)
    if not path.startswith("/") or "\0" in path:
        raise ValueError("must name an absolute path, such as file:///home/me/function")
    return Path(path)
