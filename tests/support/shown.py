"""A console over ports in memory, and what its pages hold."""

import time
from collections.abc import AsyncGenerator
from html.parser import HTMLParser

import attrs
from support.domain import NOON, SECOND

from knative_lambda.adapters.console.desk import Desk
from knative_lambda.adapters.memory.broker import MemoryBroker
from knative_lambda.adapters.memory.build_logs import MemoryBuildLogs
from knative_lambda.adapters.memory.context_store import MemoryContextStore
from knative_lambda.adapters.memory.letter_sight import MemoryLetterSight
from knative_lambda.adapters.memory.records import MemoryRecords
from knative_lambda.adapters.terminal.advice import FAILURES
from knative_lambda.application.glance import FunctionGlance, LetterGlance
from knative_lambda.application.letter_board import LetterBoard
from knative_lambda.application.log_feed import SharedFeeds
from knative_lambda.application.log_reading import LogReading
from knative_lambda.application.overview import Overview
from knative_lambda.application.watch import Watch
from knative_lambda.domain.ids import FunctionId
from knative_lambda.domain.record import Record
from knative_lambda.domain.redaction import Redactor
from knative_lambda.ports.service_deployer import Service
from knative_lambda.sidecar.log_text import LogText

NOW = NOON + 3600 * SECOND


@attrs.define
class Showcase:
    """What there is to see, and the desk that it is seen from.

    Attributes:
        services: What is served, by name.
    """

    records: MemoryRecords = attrs.field(factory=MemoryRecords)
    logs: MemoryBuildLogs = attrs.field(factory=MemoryBuildLogs)
    broker: MemoryBroker = attrs.field(factory=lambda: MemoryBroker(lambda: NOW))
    services: dict[str, Service] = attrs.field(factory=dict)
    watch: Watch = attrs.field(init=False)
    feeds: SharedFeeds = attrs.field(init=False)
    desk: Desk = attrs.field(init=False)

    def __attrs_post_init__(self) -> None:
        steady = time.monotonic_ns
        self.watch = Watch(self.records, steady, every=0.02)
        contexts = MemoryContextStore(lambda: NOW)
        reading = LogReading(self.records, contexts, self.logs, every=0.01)

        def read(function: FunctionId, build_id: str) -> AsyncGenerator[bytes, None]:
            return reading.of(function, build_id, follow=True)

        self.feeds = SharedFeeds(read, lambda: LogText(Redactor()), linger=0)
        board = LetterBoard(MemoryLetterSight(self.broker), Redactor(), "")
        self.desk = Desk(
            watcher=self.watch,
            functions=FunctionGlance(Overview(self._look, None), steady),
            letters=LetterGlance(board, steady),
            logs=self.feeds,
            advice=FAILURES,
            now=lambda: NOW,
        )

    async def _look(self, name: str) -> Service | None:
        return self.services.get(name)

    async def write(self, record: Record) -> None:
        """Record *record* in place of what was there."""
        stored = await self.records.read(record.function)
        await self.records.write(record, stored.version)


class Elements(HTMLParser):
    """What a browser makes of a page: its elements with their attributes, and its text.

    Attributes:
        tags: In order.
        values: Of all attributes, by the names of these.
        text: All of it.
    """

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.values: dict[str, list[str]] = {}
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        for name, value in attrs:
            self.values.setdefault(name, []).append(value or "")

    def handle_data(self, data: str) -> None:
        self.text += data
