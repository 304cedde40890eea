"""The history of a cluster in a few characters, by which two of them are compared."""

import hashlib
from collections.abc import Iterator

from support.cluster_world import ClusterWorld


def digest(place: ClusterWorld) -> str:
    """The same for the same history, whenever and wherever it was."""
    lines = "\n".join(_lines(place))
    return hashlib.sha256(lines.encode()).hexdigest()[:12]


def _lines(place: ClusterWorld) -> Iterator[str]:
    """What was asked, what it changed, and what was published, in order; no time of day."""
    beginning = place.world.clock.at
    for call in place.cluster.calls:
        yield f"{call.verb} {call.resource} {call.name} {call.status}"
    for change in place.cluster.store.changes:
        kind, namespace, name = change.address
        yield f"{change.at - beginning} {kind.plural} {namespace} {name} {change.removed}"
    for message in place.world.published:
        yield f"{message.headers['type']} {message.headers['id']}"
    for held in place.chances.holdups.held:
        since, until = held.span
        yield f"{since - beginning} {until - beginning} {held.settlement}"
