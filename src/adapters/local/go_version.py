"""Which Go builds of this machine would call."""

import re
import tempfile
from pathlib import Path
from typing import Final

from knative_lambda.adapters.local import environment
from knative_lambda.adapters.local.process_group import ProcessGroup
from knative_lambda.adapters.local.toolchain import go_command

_TOLD: Final = re.compile(rb"\bgo(\d+)\.(\d+)")


async def installed_go() -> tuple[int, int] | None:
    """Its version, such as (1, 26); `None` if it tells none, or cannot be started."""
    command = go_command("version", folder=Path("/"))  # where no module asks for another version
    variables = environment.of_build(Path(tempfile.gettempdir()), ())
    said = bytearray()
    try:
        group = await ProcessGroup.start(command, variables, said.extend)
    except OSError:
        return None
    try:
        await group.wait()
    finally:
        await group.stop(0)
    found = _TOLD.search(said)
    return (int(found[1]), int(found[2])) if found else None
