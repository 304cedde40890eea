"""A publisher that signs how builds ended, each with the build's own key."""

import attrs

from knative_lambda.domain.announcement import Announcement
from knative_lambda.domain.signing import build_key, signed
from knative_lambda.ports.event_publisher import EventPublisher


@attrs.frozen
class SignedPublisher(EventPublisher):
    """Passes on what it is given; outcomes with a signature over their data."""

    inner: EventPublisher
    key: str = attrs.field(repr=False)

    async def publish(self, announcement: Announcement) -> None:
        """Sign what says how a build ended, and publish."""
        derived = build_key(self.key, announcement.function, announcement.build_id or "")
        await self.inner.publish(signed(announcement, derived))
