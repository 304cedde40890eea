"""A publisher that signs how builds ended, each with the build's own key."""

import attrs

from knative_lambda.domain.announcement import Announcement
from knative_lambda.domain.cloudevent import PREFIX
from knative_lambda.domain.incoming import OutcomeKind
from knative_lambda.domain.signing import SIGNATURE, build_key, sign
from knative_lambda.ports.event_publisher import EventPublisher

_SIGNED = frozenset(f"{PREFIX}build.{kind.value}" for kind in OutcomeKind)


@attrs.frozen
class SignedPublisher(EventPublisher):
    """Passes on what it is given; outcomes with a signature over their data."""

    inner: EventPublisher
    key: str = attrs.field(repr=False)

    async def publish(self, announcement: Announcement) -> None:
        """Sign what says how a build ended, and publish."""
        if announcement.type in _SIGNED:
            derived = build_key(self.key, announcement.build_id or "")
            data = {**announcement.data, SIGNATURE: sign(derived, announcement.data)}
            announcement = attrs.evolve(announcement, data=data)
        await self.inner.publish(announcement)
