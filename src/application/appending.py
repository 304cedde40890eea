"""From a packed context to an image that stands in the registry, without a Job."""

from collections.abc import Awaitable, Callable
from typing import Final

import attrs
import structlog

from knative_lambda.application.append_log import AppendLog
from knative_lambda.domain import provenance
from knative_lambda.domain.choosing import APPENDED, APPENDED_TO_KEPT, ASKED_FOR, Code, Plan, plan
from knative_lambda.domain.errors import SetupError, SourceRefusedError, TransientError
from knative_lambda.domain.events import BuildRequested, ImageAppended, SourceRefused
from knative_lambda.domain.failures import Reason
from knative_lambda.domain.recipe import Recipe
from knative_lambda.domain.record import Content
from knative_lambda.domain.request import BuildRequest
from knative_lambda.domain.runtimes import RUNTIMES
from knative_lambda.domain.sbom import sbom
from knative_lambda.domain.strategy import Choice, Strategy
from knative_lambda.domain.verdict import Verdict
from knative_lambda.ports.context_packer import PackedContext
from knative_lambda.ports.image_assembler import (
    CannotAppendError,
    ImageAssembler,
    ImageSpec,
)

REFUSED: Final = "the registry refuses to have its image put together there"
UNREACHED: Final = "the registry could not be reached to have its image put together there"
_TRIED_FOR: Final = 300 * 1_000_000_000  # nanoseconds since the request

_log = structlog.get_logger()


@attrs.frozen
class Draft:
    """A build whose image is not there yet.

    Attributes:
        image: `registry/repository:tag`.
        plan: How its image is to be made.
    """

    requested: BuildRequested
    packed: PackedContext
    content: Content
    image: str
    plan: Plan


@attrs.frozen
class Appending:
    """Puts images together, where that can be done.

    Attributes:
        strategy: Of the installation, for a build that asks for none.
        now: UTC nanoseconds since 1970.
        aside: Does what reads files and takes its time, while others go on.
    """

    assembler: ImageAssembler
    log: AppendLog
    strategy: Strategy
    now: Callable[[], int]
    aside: Callable[[Callable[[], bytes]], Awaitable[bytes]]

    def plan(self, request: BuildRequest, packed: PackedContext) -> Plan:
        """How the image of what was *packed* is to be made."""
        code = Code(
            dockerfile=packed.dockerfile,
            digests=packed.digests,
            size=packed.size,
            pinned=packed.pinned,
        )
        return plan(request, self._asked(request), code)

    def foreseen(self, request: BuildRequest, packed: PackedContext) -> Choice:
        """How the image would be made, as far as that can be told without the registry.

        Raises:
            SourceRefusedError: The build would fail.
        """
        way = self.plan(request, packed)
        if not isinstance(way.way, Choice):
            why = APPENDED if way.kept is None else f"{APPENDED_TO_KEPT}, if that left them"
            return Choice(Strategy.APPEND, why)
        if self._asked(request) is Strategy.APPEND:
            raise SourceRefusedError(Reason.SOURCE_REJECTED, _detail(way.way.reason))
        return way.way

    def _asked(self, request: BuildRequest) -> Strategy:
        return request.build_strategy or self.strategy

    async def run(self, draft: Draft) -> ImageAppended | SourceRefused | Choice:
        """Put the image of *draft* together; a choice says that Kaniko is to build it.

        Raises:
            TransientError: The registry cannot be reached now, and it is soon enough to try again.
        """
        asked, build_id = self._asked(draft.requested.request), draft.requested.request_id
        if isinstance(draft.plan.way, Choice):
            return _left(draft, asked, draft.plan.way.reason, Reason.SOURCE_REJECTED)
        try:
            return await self._appended(draft, draft.plan.way, asked)
        except CannotAppendError as error:
            if error.__cause__ is not None:
                told = {"error": str(error), "cause": str(error.__cause__)}
                _log.warning("append.impossible", build_id=build_id, image=draft.image, **told)
            return _left(draft, asked, str(error), error.reason)
        except SetupError as error:
            # The tenant is not told whose host says what.
            _log.warning("append.refused", build_id=build_id, image=draft.image, error=str(error))
            return _left(draft, asked, REFUSED, Reason.PUSH_DENIED)
        except TransientError as error:
            # A Job may reach what this service does not, such as a host of the cluster's own.
            waited = draft.requested.now - draft.requested.key.at
            if asked is Strategy.APPEND or waited < _TRIED_FOR:
                raise
            _log.warning("append.unreached", build_id=build_id, image=draft.image, error=str(error))
            return Choice(Strategy.KANIKO, UNREACHED)

    async def _appended(self, draft: Draft, recipe: Recipe, asked: Strategy) -> ImageAppended:
        spec = await self._spec(draft, recipe)
        made = await self.assembler.assemble(spec)
        await self.log.store(draft.requested, spec, made)
        why = APPENDED_TO_KEPT if spec.kept else APPENDED
        return ImageAppended(
            **draft.requested.facts,
            content=draft.content,
            image=draft.image,
            digest=made.digest,
            sbom=made.sbom,
            choice=Choice(Strategy.APPEND, ASKED_FOR if asked is Strategy.APPEND else why),
            ended=self.now(),
        )

    async def _spec(self, draft: Draft, recipe: Recipe) -> ImageSpec:
        request, packed = draft.requested.request, draft.packed
        runtime = RUNTIMES[request.runtime]
        document = await self.aside(
            lambda: sbom(request.function, runtime, recipe.base, packed.components())
        )
        return ImageSpec(
            image=draft.image,
            recipe=recipe,
            labels=provenance.image_labels(
                provenance.told(request.source_url), draft.content.revision
            ),
            layer=packed.layer,
            platforms=packed.platforms,
            kept=draft.plan.kept,
            sbom=document,
        )


def _left(draft: Draft, asked: Strategy, why: str, reason: Reason) -> SourceRefused | Choice:
    """What is not appended is left to Kaniko, unless there must be no Job."""
    if asked is not Strategy.APPEND:
        return Choice(Strategy.KANIKO, why)
    return SourceRefused(
        **draft.requested.facts,
        verdict=Verdict(reason, _detail(why)),
        choice=Choice(Strategy.APPEND, ASKED_FOR),
    )


def _detail(why: str) -> str:
    return f"its image cannot be appended: {why}; ask for build_strategy auto to have it built"
