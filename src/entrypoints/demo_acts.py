"""What happens in the chapters of the demo's story; what ends otherwise is an error."""

from pathlib import Path

from knative_lambda.adapters.local.invocation import event_for
from knative_lambda.adapters.local.project import Project, project
from knative_lambda.domain import names
from knative_lambda.entrypoints.development import Development, NotServedError


class StoryError(Exception):
    """Something did not happen as it should."""


async def greet(work: Development, one: Project, url: str, word: str = "Hello") -> None:
    """Call the function; its greeting must begin with *word*."""
    reply = await work.call(url, event_for(one.function, None))
    if word not in reply.body:
        raise StoryError(f"{word} was expected, not: {reply}")


def edit(file: Path) -> None:
    """Change what it says."""
    file.write_text(file.read_text("utf-8").replace("Hello", "Good morning"), "utf-8")


async def fail(work: Development, one: Project) -> None:
    """Submit another function, whose install fails."""
    try:
        await work.deploy(project(one.folder.parent / "broken", None))
    except NotServedError:
        return
    raise StoryError("the broken function should not have been built")


async def trigger(work: Development, one: Project) -> None:
    """Publish an event; the reply must be published too."""
    event = event_for(one.function, None)
    work.narrator.line("-> broker", str(event["type"]))
    work.system.tell(event)
    reply = await work.until("com.example.greeting")
    work.narrator.line("<- broker", str(reply.data))


async def delete(work: Development, one: Project) -> None:
    """Delete the function; it must be gone."""
    work.system.submit("service.delete", one.function, reason="the demo is over")
    await work.until("service.deleted")
    if await work.system.container.deployer().look(names.service(one.function)) is not None:
        raise StoryError("the function should be gone")
