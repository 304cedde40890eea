"""`knative-lambda` as it is, but for the two limits that no setting lifts: of the intake."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

import attrs
from dependency_injector.providers import Object

from knative_lambda.application.admission import Rate
from knative_lambda.entrypoints import cli, consume, serve
from knative_lambda.entrypoints.container import Container
from knative_lambda.entrypoints.process import process
from knative_lambda.settings import Settings

_ANY: Final = Rate(10**9, 10**9)


@asynccontextmanager
async def unlimited(settings: Settings) -> AsyncIterator[Container]:
    """In place of `process`."""
    async with process(settings) as container:
        admission = container.admission()
        limits = attrs.evolve(admission.limits, intake=_ANY, intake_per_tenant=_ANY)
        container.admission.override(Object(attrs.evolve(admission, limits=limits)))
        yield container


if __name__ == "__main__":
    for command in (consume, serve):
        command.process = unlimited  # type: ignore[attr-defined]  # a name that it imports
    cli.main()
