"""From a request to what its build starts from: fetched, packed, looked up, stored."""

from collections.abc import Callable

import attrs

from knative_lambda.application.appending import Appending, Draft
from knative_lambda.domain import names
from knative_lambda.domain.errors import SourceRefusedError
from knative_lambda.domain.events import (
    BuildRequested,
    ContextStored,
    ImageAppended,
    ImageFound,
    SourceRefused,
)
from knative_lambda.domain.images import Images
from knative_lambda.domain.keys import Key
from knative_lambda.domain.record import Content
from knative_lambda.domain.strategy import Choice
from knative_lambda.domain.verdict import Verdict
from knative_lambda.ports.context_packer import ContextPacker
from knative_lambda.ports.context_store import ContextStore
from knative_lambda.ports.image_registry import ImageRegistry
from knative_lambda.ports.source_fetcher import SourceFetcher

Prepared = ContextStored | ImageFound | ImageAppended | SourceRefused


@attrs.frozen
class Preparation:
    """What stands between `build.start` and its Job, or its image if that needs none."""

    fetcher: SourceFetcher
    packer: ContextPacker
    registry: ImageRegistry
    contexts: ContextStore
    images: Images
    appending: Appending

    async def run(
        self, requested: BuildRequested, identify: Callable[[str], str] | None = None
    ) -> Prepared:
        """Prepare the build of *requested*.

        Args:
            requested: Whose source to take.
            identify: Gives the build's id from its content hash, for an event without an id.

        Raises:
            TransientError: Something cannot be reached now.
            OverLimitError: It is not this request's turn.
        """
        try:
            return await self._prepare(requested, identify)
        except SourceRefusedError as error:
            verdict = Verdict(error.reason, error.detail)
            return SourceRefused(**requested.facts, verdict=verdict)

    async def _prepare(
        self, requested: BuildRequested, identify: Callable[[str], str] | None
    ) -> Prepared:
        request = requested.request
        async with self.fetcher.fetch(request) as tree:
            packed = await self.packer.pack(tree.directory, request)
            if identify is not None:
                build_id = identify(packed.content_hash)
                key = Key(requested.key.at, build_id)
                requested = attrs.evolve(requested, request_id=build_id, key=key)
            build_id = requested.request_id
            content = Content(packed.content_hash, packed.tree_hash, tree.revision)
            tag = names.image_tag(packed.content_hash, build_id, forced=request.force)
            image = self.images.image(request.function, tag)
            digest = await self.registry.digest(image)
            if digest is not None and not request.force:
                return ImageFound(**requested.facts, content=content, image=image, digest=digest)
            plan = self.appending.plan(request, packed)
            content = attrs.evolve(content, kept=plan.kept)
            await self.registry.ensure(self.images.repository(request.function))
            made = await self.appending.run(Draft(requested, packed, content, image, plan))
            if not isinstance(made, Choice):
                return made
            key_in_store = names.context_key(request.function, packed.content_hash, build_id)
            await self.contexts.put(key_in_store, packed.pieces(), first=True)
        return ContextStored(**requested.facts, content=content, image=image, choice=made)
