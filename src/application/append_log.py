"""What a build that needed no Job has done, kept where the logs of Jobs are."""

import gzip
from collections.abc import Iterator

import attrs
import structlog

from knative_lambda.domain import names
from knative_lambda.domain.errors import BuilderError
from knative_lambda.domain.events import BuildRequested
from knative_lambda.ports.context_store import ContextStore
from knative_lambda.ports.image_assembler import Assembled, ImageSpec

_log = structlog.get_logger()


@attrs.frozen
class AppendLog:
    """Stores it as a sidecar would: text, compressed."""

    contexts: ContextStore

    async def store(self, requested: BuildRequested, spec: ImageSpec, made: Assembled) -> None:
        """Keep what was made of *spec*; a log that cannot be kept fails no build."""
        build_id = requested.request_id
        text = "".join(f"{line}\n" for line in _lines(spec, made))
        key = names.log_key(requested.request.function, build_id)
        try:
            await self.contexts.put(key, [gzip.compress(text.encode(), mtime=0)], first=True)
        except BuilderError as error:
            _log.warning("append.log_not_kept", build_id=build_id, error=str(error))


def _lines(spec: ImageSpec, made: Assembled) -> Iterator[str]:
    yield "The image was put together in the registry; nothing was run."
    yield f"base: {spec.recipe.base}"
    for step in spec.recipe.steps:
        yield f"step: {step.words}"
    if spec.kept is not None:
        yield f"dependencies: those of an earlier build, kept as {spec.kept}"
    yield f"layers: {made.layers} on the base"
    yield f"sent: {made.sent} bytes; the rest was in the registry"
    yield f"platforms: {', '.join(made.platforms)}"
    yield f"image: {spec.image}"
    yield f"digest: {made.digest}"
    yield f"sbom: {made.sbom or 'none is attached'}"
