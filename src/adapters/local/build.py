"""One build on this machine: from a stored context to the folder of an app."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from knative_lambda.adapters.local import environment
from knative_lambda.adapters.local.file_urls import path_of
from knative_lambda.adapters.local.job_log import JobLog
from knative_lambda.adapters.local.process_group import ProcessGroup
from knative_lambda.adapters.local.toolchain import Command, install_command
from knative_lambda.adapters.packing.digest import tree_hash_of_archive
from knative_lambda.adapters.packing.unpack import ArchiveRefusedError, unpack
from knative_lambda.ports.job_runner import JobSpec

T = TypeVar("T")

_NOT_FOUND = 127  # as shells have it
_GRACE = 5.0  # seconds


async def build(job: JobSpec, app: Path, scratch: Path, log: JobLog) -> int:
    """Fill the new folder *app* with what the image holds; the exit code, 0 for a success.

    Cancelled, it leaves no process, and no thread that still writes.
    """
    try:
        await _in_thread(lambda: _unpack(job, app, scratch))
        command = install_command(app)
    except OSError as error:
        log.line(f"the build context cannot be read: {error.strerror}")
        return 1
    except (ArchiveRefusedError, ValueError) as error:
        log.line(f"the build context cannot be used: {error}")
        return 1
    if command is None:
        log.line("no dependencies to install")
        return 0
    if command.missing:
        log.line(command.missing)
        return _NOT_FOUND
    return await _run(command, job, scratch, log)


def _unpack(job: JobSpec, app: Path, scratch: Path) -> None:
    scratch.mkdir()
    with path_of(job.context_url).open("rb") as archive:
        found = tree_hash_of_archive(archive)
        if found != job.tree_hash:
            message = f"its tree hash is {found}; it should be {job.tree_hash}"
            raise ValueError(message)
        archive.seek(0)
        unpack(archive, app)


async def _run(command: Command, job: JobSpec, scratch: Path, log: JobLog) -> int:
    log.line(f"$ {' '.join(command.words)}")
    variables = environment.of_build(scratch, job.build_args)
    group = await ProcessGroup.start(command, variables, log.write)
    try:
        return await group.wait()
    finally:
        await group.stop(_GRACE)


async def _in_thread(work: Callable[[], T]) -> T:
    """Like `asyncio.to_thread`, but when cancelled it waits for the thread, which cannot be."""
    thread = asyncio.ensure_future(asyncio.to_thread(work))
    try:
        return await asyncio.shield(thread)
    except asyncio.CancelledError:
        await asyncio.wait([thread])
        raise
