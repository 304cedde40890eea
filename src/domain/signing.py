"""The HMAC of completions: each build has a key of its own, derived from the service's."""

import hashlib
import hmac
import json
from collections.abc import Mapping

SIGNATURE = "signature"


def build_key(key: str, build_id: str) -> bytes:
    """The key of one build, HMAC-SHA256 of its id: a pod that leaks it can sign for no other."""
    return hmac.new(key.encode(), build_id.encode(), hashlib.sha256).digest()


def sign(derived: bytes, data: Mapping[str, object]) -> str:
    """Hex HMAC-SHA256 over the canonical JSON of *data* without its signature."""
    unsigned = {name: value for name, value in data.items() if name != SIGNATURE}
    canonical = json.dumps(unsigned, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hmac.new(derived, canonical.encode(), hashlib.sha256).hexdigest()


def is_signed(derived: bytes, data: Mapping[str, object]) -> bool:
    """Whether *data* carries the signature that *derived* makes."""
    given = data.get(SIGNATURE)
    # Compared as bytes: compare_digest refuses text outside of ASCII.
    return isinstance(given, str) and hmac.compare_digest(
        given.encode(errors="replace"), sign(derived, data).encode()
    )
