"""Sending a cancel, a delete or a rollback; and following it if told to."""

import argparse
import asyncio
from typing import Final

from knative_lambda.adapters.terminal.narrator import Narrator
from knative_lambda.adapters.terminal.progress import JsonLines, Prose
from knative_lambda.application.awaiting import Awaiting
from knative_lambda.application.following import Following
from knative_lambda.application.order import Order
from knative_lambda.entrypoints.order_conclusion import conclude
from knative_lambda.entrypoints.running_service import RunningService
from knative_lambda.entrypoints.telling import say
from knative_lambda.ports.progress import Progress

_STANDS: Final = "knative-lambda: what was asked for stands; it is followed again with --id {}"


async def place(asked: Order, options: argparse.Namespace, service: RunningService) -> int:
    """0 when it is on its way, and with `--wait` when it is done."""
    narrator = Narrator()
    progress = JsonLines() if options.output == "json" else Prose(narrator)
    records = service.container.records()
    following = Following(asked, service.listen_to_all, records, progress)
    if options.wait:
        await following.begin()
    await service.send(asked.message, asked.event)
    _tell(asked, progress)
    try:
        if options.wait:
            awaiting = Awaiting(asked, following, records, options.within)
            async with narrator.waiting():
                ended = await awaiting.end()
            conclude(ended, progress)
    except asyncio.CancelledError:
        say(_STANDS.format(asked.event.id))
        raise
    return 0


def _tell(asked: Order, progress: Progress) -> None:
    name = f"{asked.function.third_party_id}/{asked.function.parser_id}"
    words = ", ".join((asked.kind, name, *asked.about.values()))
    facts = {"event_id": asked.event.id, "request_id": asked.id, **asked.about}
    progress.status("requested", words, event=asked.kind, **facts)
