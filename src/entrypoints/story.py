"""The demo's story, chapter by chapter; a chapter that ends otherwise is an error."""

import shutil
from pathlib import Path

from knative_lambda.adapters.local.invocation import event_for
from knative_lambda.adapters.local.project import Project, project
from knative_lambda.domain import names
from knative_lambda.entrypoints.development import Development, NotServedError


class StoryError(Exception):
    """Something did not happen as it should."""


async def play(work: Development, examples: Path) -> str:
    """Play it for each language that this machine has; gives the last words."""
    tell = work.narrator.title
    for name, file in (("hello-python", "index.py"), ("hello-node", "index.js")):
        if file == "index.js" and (shutil.which("node") is None or shutil.which("npm") is None):
            tell("Node.js is not on this machine: its half is left out.")
            continue
        one = project(examples / name, None)
        tell(f"A function is submitted, built, deployed and called: {name}")
        await _greet(work, one, await work.deploy(one))
        tell("The same again: its content is built already")
        await _greet(work, one, await work.deploy(one))
        tell("A change: a new revision takes over, behind the same address")
        _edit(one.folder / file)
        url = await work.deploy(one)
        await _greet(work, one, url, "Good morning")
        tell("A build that fails leaves the running function alone")
        await _break(work, one)
        await _greet(work, one, url, "Good morning")
        tell("An event on the broker reaches the function by its Trigger; its reply is published")
        await _trigger(work, one)
        tell("It is deleted: gone")
        await _delete(work, one)
    return "The end: no process and no file is left."


async def _greet(work: Development, one: Project, url: str, word: str = "Hello") -> None:
    reply = await work.call(url, event_for(one.function, None))
    if word not in reply.body:
        raise StoryError(f"{word} was expected, not: {reply}")


def _edit(file: Path) -> None:
    file.write_text(file.read_text("utf-8").replace("Hello", "Good morning"), "utf-8")


async def _break(work: Development, one: Project) -> None:
    try:
        await work.deploy(project(one.folder.parent / "broken", None))
    except NotServedError:
        return
    raise StoryError("the broken function should not have been built")


async def _trigger(work: Development, one: Project) -> None:
    event = event_for(one.function, None)
    work.narrator.line("-> broker", str(event["type"]))
    work.system.tell(event)
    reply = await work.until("com.example.greeting")
    work.narrator.line("<- broker", str(reply.data))


async def _delete(work: Development, one: Project) -> None:
    work.system.submit("service.delete", one.function, reason="the demo is over")
    await work.until("service.deleted")
    if await work.system.container.deployer().look(names.service(one.function)) is not None:
        raise StoryError("the function should be gone")
