"""The demo's story, chapter by chapter."""

import shutil
from pathlib import Path

from knative_lambda.adapters.local.project import project
from knative_lambda.entrypoints.demo_acts import delete, edit, fail, greet, trigger
from knative_lambda.entrypoints.development import Development


async def play(work: Development, examples: Path) -> str:
    """Play it for each language that this machine has; gives the last words."""
    tell = work.narrator.title
    for name, file in (("hello-python", "index.py"), ("hello-node", "index.js")):
        if file == "index.js" and (shutil.which("node") is None or shutil.which("npm") is None):
            tell("Node.js is not on this machine: its half is left out.")
            continue
        one = project(examples / name, None)
        tell(f"A function is submitted, built, deployed and called: {name}")
        await greet(work, one, await work.deploy(one))
        tell("The same again: its content is built already")
        await greet(work, one, await work.deploy(one))
        tell("A change: a new revision takes over, behind the same address")
        edit(one.folder / file)
        url = await work.deploy(one)
        await greet(work, one, url, "Good morning")
        tell("A build that fails leaves the running function alone")
        await fail(work, one)
        await greet(work, one, url, "Good morning")
        tell("An event on the broker reaches the function by its Trigger; its reply is published")
        await trigger(work, one)
        tell("It is deleted: gone")
        await delete(work, one)
    return "The end: no process and no file is left."
