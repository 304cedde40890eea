"""The HMAC of completions: each build has a key of its own, derived from the service's."""

import hashlib
import hmac
import json
from collections.abc import Mapping

import attrs

from knative_lambda.domain.announcement import Announcement
from knative_lambda.domain.cloudevent import PREFIX
from knative_lambda.domain.ids import FunctionId
from knative_lambda.domain.incoming import OutcomeKind

SIGNATURE = "signature"
_SIGNED = frozenset(f"{PREFIX}build.{kind.value}" for kind in OutcomeKind)


def build_key(key: str, function: FunctionId, build_id: str) -> bytes:
    """The key of one build of *function*: a pod that leaks it can sign for no other.

    HMAC-SHA256 of both, since build ids come from senders: two functions may have the same.
    """
    named = f"{function.third_party_id}/{function.parser_id}/{build_id}"
    return hmac.new(key.encode(), named.encode(), hashlib.sha256).digest()


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


def signed(announcement: Announcement, derived: bytes) -> Announcement:
    """*announcement*, with a signature if it says how a build ended.

    Args:
        announcement: What is to be published.
        derived: The key of the build that it is about.
    """
    if announcement.type not in _SIGNED:
        return announcement
    data = {**announcement.data, SIGNATURE: sign(derived, announcement.data)}
    return attrs.evolve(announcement, data=data)
