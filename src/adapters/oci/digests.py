"""The names of contents: SHA-256 alone, as all images have them."""

import hashlib
import re
from typing import Final

from knative_lambda.domain.errors import SetupError

_DIGEST: Final = re.compile(r"sha256:[0-9a-f]{64}")


def digest_of(content: bytes) -> str:
    """`sha256:...` of *content*."""
    return f"sha256:{hashlib.sha256(content).hexdigest()}"


def is_digest(text: str) -> bool:
    """Whether *text* is one."""
    return _DIGEST.fullmatch(text) is not None


def checked(text: str) -> str:
    """*text*, which comes from a manifest, and becomes a part of URLs.

    Raises:
        SetupError: It is no digest of SHA-256.
    """
    if not is_digest(text):
        raise SetupError(f"{text[:100]!r} is no digest of an image's part: sha256:...")
    return text
