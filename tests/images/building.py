"""Functions packed as the service packs them, and built from nothing but that."""

import asyncio
import io
import json
from collections.abc import Iterator, Mapping
from contextlib import AbstractAsyncContextManager, contextmanager
from pathlib import Path
from typing import Final

import attrs
from images.machine import MachineSettings
from images.storage import Storage

from knative_lambda.adapters.packing.unpack import unpack
from knative_lambda.application.rendering import Rendering, rendered, requested_in
from knative_lambda.entrypoints.container import Container
from knative_lambda.ports.event_source import Message
from knative_lambda.settings import from_env

_START: Final = "network.notifi.lambda.build.start"


@attrs.frozen
class Build:
    """A build that has ended: from what, with which exit code, and what it printed."""

    image: str
    context: Path
    exit_code: int
    log: str


@attrs.frozen
class Builder:
    """Builds into *storage*; works in the folder *scratch*.

    Attributes:
        options: For each build.
    """

    storage: Storage
    settings: MachineSettings
    scratch: Path
    options: tuple[str, ...] = ()

    @contextmanager
    def built(self, name: str, files: Mapping[str, str], **data: object) -> Iterator[Build]:
        """The build of the function *name* from its source's *files*, asked for with *data*.

        Its image is gone at the end.
        """
        context = self._context(self.event(name, files, data))
        image = f"localhost/function/{name}:latest"
        mounts = [word for volume in self.settings.volumes for word in ("--volume", volume)]
        options = (*self.options, "--pull-never", "--network", "host", *mounts)
        with self.storage.start("build", *options, "--tag", image, str(context)) as process:
            log, _ = process.communicate()
        try:
            yield Build(image, context, process.returncode, log)
        finally:
            if image in self.storage.images():
                self.storage.run("rmi", "--force", image)

    def event(self, name: str, files: Mapping[str, str], data: Mapping[str, object]) -> Message:
        """What asks for that build; its source is there from now on."""
        source = self.scratch / name / "source"
        for path, text in files.items():
            place = source / path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(text, "utf-8")
        facts = {"third_party_id": "acme", "parser_id": name, "source_url": source.as_uri(), **data}
        attributes = {"specversion": "1.0", "id": name, "source": "urn:test", "type": _START}
        return Message(json.dumps({**attributes, "data": facts}).encode())

    def rendered(self, event: Message) -> AbstractAsyncContextManager[Rendering]:
        """What the service makes of *event*."""
        settings = from_env(
            {"KLB_SOURCE_FETCHER": "directory", "KLB_STATE_DIR": str(self.scratch / "state")}
        )
        preparation = Container(settings=settings).preparation()
        return rendered(preparation, requested_in(event, ""), 0)

    def _context(self, event: Message) -> Path:
        name: str = json.loads(event.body)["id"]
        context = self.scratch / name / "context"
        unpack(io.BytesIO(asyncio.run(self._packed(event))), context)
        return context

    async def _packed(self, event: Message) -> bytes:
        async with self.rendered(event) as one:
            return b"".join(one.context.pieces())
