"""One build on this machine: from a stored context to the folder of an app."""

from collections.abc import Sequence
from pathlib import Path

from knative_lambda.adapters.kept_log import KeptLog
from knative_lambda.adapters.local import environment
from knative_lambda.adapters.local.file_urls import path_of
from knative_lambda.adapters.local.installing import build_commands
from knative_lambda.adapters.local.process_group import ProcessGroup
from knative_lambda.adapters.local.toolchain import Command
from knative_lambda.adapters.packing.digest import tree_hash_of_archive
from knative_lambda.adapters.packing.unpack import ArchiveRefusedError, unpack
from knative_lambda.adapters.threads import in_thread
from knative_lambda.domain.errors import SourceRefusedError
from knative_lambda.ports.job_runner import JobSpec

_NOT_FOUND = 127  # as shells have it
_GRACE = 5.0  # seconds


async def build(job: JobSpec, app: Path, scratch: Path, log: KeptLog) -> int:
    """Fill the new folder *app* with what the image holds; the exit code, 0 for a success.

    Cancelled, it leaves no process, and no thread that still writes.
    """
    try:
        commands = await in_thread(lambda: _unpack(job, app, scratch))
    except OSError as error:
        log.line(f"the build context cannot be read: {error.strerror}")
        return 1
    except (ArchiveRefusedError, SourceRefusedError, ValueError) as error:
        log.line(f"the build context cannot be used: {error}")
        return 1
    if not commands:
        log.line("there are no dependencies to install")
    for command in commands:
        code = await _run(command, job, scratch, log)
        if code:
            return code
    return 0


def _unpack(job: JobSpec, app: Path, scratch: Path) -> Sequence[Command]:
    scratch.mkdir()
    with path_of(job.context_url).open("rb") as archive:
        found = tree_hash_of_archive(archive)
        if found != job.tree_hash:
            message = f"its tree hash is {found}; it should be {job.tree_hash}"
            raise ValueError(message)
        archive.seek(0)
        unpack(archive, app)
    return build_commands(app)


async def _run(command: Command, job: JobSpec, scratch: Path, log: KeptLog) -> int:
    if command.missing:
        log.line(command.missing)
        return _NOT_FOUND
    log.line(f"$ {' '.join(command.words)}")
    variables = environment.of_build(scratch, job.build_args)
    group = await ProcessGroup.start(command, variables, log.write)
    try:
        return await group.wait()
    finally:
        await group.stop(_GRACE)
