"""What an upload is called: in a request, and in the context store."""

import re
from typing import Final

from knative_lambda.domain import names
from knative_lambda.domain.ids import FunctionId

SCHEME: Final = "upload:"
_SHA256: Final = re.compile(r"[0-9a-f]{64}")


def url_of(sha256: str) -> str:
    """The `source_url` of the archive with that hash."""
    return f"{SCHEME}{sha256}"


def sha256_of(url: str) -> str:
    """The hash that an `upload:` URL names, in lower-case hex.

    Raises:
        ValueError: It names none; the text is what would be right.
    """
    named = url.removeprefix(SCHEME)
    if _SHA256.fullmatch(named) is None:
        raise ValueError(
            f"must be {SCHEME} and the SHA-256 of the archive, as 64 lower-case hex digits"
        )
    return named


def key_of(function: FunctionId, sha256: str) -> str:
    """Where the archive lies: with its function, so that none gets at another's."""
    return f"uploads/{names.slug(function)}/{sha256}.tar.gz"
