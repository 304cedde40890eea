"""What `cancel`, `delete` and `rollback` begin with: a service that runs, and its records."""

import argparse
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import attrs

from knative_lambda.application.finding import Finding
from knative_lambda.application.order_checks import Checks, Data
from knative_lambda.domain.ids import FunctionId
from knative_lambda.entrypoints.connections import connections
from knative_lambda.entrypoints.order_event import order
from knative_lambda.entrypoints.order_placing import place
from knative_lambda.entrypoints.reachable import reachable, readable
from knative_lambda.entrypoints.running_service import RunningService
from knative_lambda.settings import Settings


@attrs.frozen
class Ordering:
    """One of these commands, while it runs.

    Attributes:
        checks: What is seen to before anything is sent.
    """

    options: argparse.Namespace
    service: RunningService
    checks: Checks

    async def place(self, kind: str, function: FunctionId, data: Data) -> int:
        """Ask for *kind*, such as `service.delete`; 0 when it is on its way, or done."""
        return await place(order(kind, function, data, self.options), self.options, self.service)


@asynccontextmanager
async def ordering(options: argparse.Namespace, settings: Settings) -> AsyncIterator[Ordering]:
    """What *options* and *settings* lead to; its connections end with it."""
    reachable(settings, uploads=False, listens=options.wait)
    readable(settings)
    async with connections(settings) as container:
        service = RunningService(container, over_http=settings.event_publisher == "http")
        yield Ordering(options, service, Checks(Finding(container.records()), options.force))
