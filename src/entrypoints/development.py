"""What `dev` and the demo do with a function: have it built and served, and say how it went."""

import attrs

from knative_lambda.adapters.local.invocation import Reply, invoke
from knative_lambda.adapters.local.project import Project
from knative_lambda.adapters.terminal.narrator import Narrator
from knative_lambda.domain import names
from knative_lambda.domain.cloudevent import PREFIX, CloudEvent
from knative_lambda.entrypoints.local_system import LocalSystem

_ENDS = ("build.failed", "build.rejected", "service.failed", "service.superseded")


class NotServedError(Exception):
    """The function is not served; what was printed says why."""


@attrs.frozen
class Development:
    """A system on this machine and the one who tells what it does."""

    system: LocalSystem
    narrator: Narrator

    async def deploy(self, project: Project) -> str:
        """Build and serve *project*; gives its URL.

        Raises:
            NotServedError: It could not be built, or does not get ready.
        """
        self.narrator.line("build.start", f"{project.function.parser_id}, {project.runtime}")
        source = {"source_url": project.url, "runtime": project.runtime}
        self.system.submit("build.start", project.function, **source)
        event = await self.until("service.created", "service.updated", *_ENDS)
        if event.type.removeprefix(PREFIX) in _ENDS:
            raise NotServedError(event.type)
        service = await self.system.container.deployer().wait_ready(names.service(project.function))
        if service is None or not service.ready or service.url is None:
            self.narrator.line("not ready", service.message if service else "it is gone")
            raise NotServedError(event.type)
        self.narrator.line("ready", service.url)
        return str(service.url)

    async def call(self, url: str, event: dict[str, object]) -> Reply:
        """Send *event* to the function and print what it answers."""
        self.narrator.line("-> event", str(event["type"]))
        reply = await invoke(url, event)
        self.narrator.line("<- reply", str(reply))
        return reply

    async def until(self, *kinds: str) -> CloudEvent:
        """The next event of one of *kinds*; all that come before it are told."""
        while True:
            event = await self.system.heard.get()
            self.narrator.event(event)
            if event.type.removeprefix(PREFIX) in kinds:
                return event
