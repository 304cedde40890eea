"""Asking a service for a build: its source first, then the event that names it."""

from knative_lambda.adapters.uploads.address import key_of
from knative_lambda.adapters.uploads.archive import Archive
from knative_lambda.application.submission import Submission
from knative_lambda.entrypoints.running_service import RunningService
from knative_lambda.ports.progress import Progress


async def ask(
    service: RunningService, asked: Submission, archive: Archive | None, progress: Progress
) -> None:
    """Put the *archive*, if it has one, where the service finds it, and send what is asked.

    Raises:
        SetupError: The broker does not let us send.
        TransientError: It is not known to have arrived.
    """
    if archive is not None:
        key = key_of(asked.function, archive.sha256)
        is_new = await service.container.contexts().put(key, archive.pieces())
        words = f"{archive.files} files, {archive.size} bytes{'' if is_new else ', as before'}"
        progress.status("uploaded", words, key=key, files=archive.files, size=archive.size)
    await service.send(asked.message, asked.event)
    request = asked.start.request
    progress.status(
        "submitted",
        f"{asked.function.parser_id}, {request.runtime}, build {asked.build_id}",
        build_id=asked.build_id,
        event_id=asked.event.id,
        source_url=request.source_url,
    )
