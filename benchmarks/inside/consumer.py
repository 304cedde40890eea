"""Takes events as `consume` does, with its own consumer, and tells what that took.

Arguments: deliveries to leave out at first, deliveries to measure, and whether contexts are
`packed` or `unpacked`.
"""

import asyncio
import json
import os
import sys
from collections import Counter
from typing import Any, cast

import attrs
from dependency_injector.providers import Object

from benchmarks.inside.stretch import Figures, Stretch
from benchmarks.inside.unpacked import unpacked
from knative_lambda.adapters.packing.context_builder import ContextBuilder
from knative_lambda.application.admission import Limits, Rate
from knative_lambda.domain.settlement import Settlement
from knative_lambda.entrypoints import garbage, log_settings
from knative_lambda.entrypoints.process import process
from knative_lambda.ports.event_source import Delivery
from knative_lambda.ports.metrics import Metrics
from knative_lambda.settings import from_env

_NO_LIMIT = Limits(10**9, 10**9, 10**9, Rate(10**9, 10**9), Rate(10**9, 10**9))


async def consumed(stretch: Stretch, metrics: Metrics | None) -> Figures:
    """What it took; *metrics* in place of the service's own.

    Raises:
        RuntimeError: Something was not acknowledged, so another thing was measured.
    """
    settings = from_env(os.environ)
    log_settings.configure(settings, quiet=False)
    settlements: Counter[str] = Counter()
    async with process(settings) as container:
        if metrics is not None:
            container.metrics.override(Object(metrics))
        admission = attrs.evolve(container.admission(), limits=_NO_LIMIT)
        container.admission.override(Object(admission))
        consumer = container.consumer()
        settle = consumer.source.settle

        async def settle_and_count(delivery: Delivery, settlement: Settlement) -> None:
            await settle(delivery, settlement)
            settlements[type(settlement).__name__] += 1
            stretch.count()

        cast(Any, consumer.source).settle = settle_and_count
        running = asyncio.create_task(consumer.run())
        await stretch.over.wait()
        consumer.stop()
        await running
    if set(settlements) != {"Ack"}:
        raise RuntimeError(f"not all was acknowledged: {settlements}")
    return stretch.figures


def main(metrics: Metrics | None = None) -> None:
    """Answer with the figures."""
    left_out, measured, packing = sys.argv[1:]
    if packing == "unpacked":
        ContextBuilder.pack = unpacked  # type: ignore[method-assign, assignment]  # no setting says so
    garbage.collect()  # as a command does before it runs
    figures = consumed(Stretch(int(left_out), int(measured)), metrics)
    sys.stdout.write(json.dumps(asyncio.run(figures)))


if __name__ == "__main__":
    main()
