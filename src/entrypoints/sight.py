"""What commands look with that only show: wired to where the settings lead."""

from collections.abc import AsyncIterator

from knative_lambda.adapters.rabbitmq.dead_letters import DeadLetters
from knative_lambda.application.explaining import Explaining
from knative_lambda.application.finding import Finding
from knative_lambda.application.letters_about import LettersAbout
from knative_lambda.application.limit_reached import LimitReached
from knative_lambda.application.log_end import LogEnd
from knative_lambda.application.log_reading import LogReading
from knative_lambda.application.overview import Overview
from knative_lambda.domain.redaction import Redactor
from knative_lambda.entrypoints.container import Container
from knative_lambda.ports.build_view import Places
from knative_lambda.ports.letters import Letter
from knative_lambda.settings import Settings
from knative_lambda.sidecar.log_text import LogText


def overview_of(container: Container) -> Overview:
    """Of functions."""
    return Overview(container.serving().look, container.triggers())


def log_reading(container: Container) -> LogReading:
    """Of builds."""
    logs = container.build_logs()
    return LogReading(container.records(), container.contexts(), logs)


def explaining(container: Container, settings: Settings) -> Explaining:
    """Of builds, whatever became of them."""

    async def letters() -> AsyncIterator[Letter]:
        link = container.link()
        async with DeadLetters(link, link.topology.dead_letters).look() as look:
            async for found in look.letters():
                yield found.letter

    of_broker = settings.event_source == "rabbitmq"
    records, most = container.records(), settings.max_active_builds
    return Explaining(
        finding=Finding(records),
        overview=overview_of(container),
        sight=container.jobs(),
        log=LogEnd(log_reading(container), lambda: LogText(Redactor())),
        letters=LettersAbout(letters, settings.default_source) if of_broker else None,
        limit=LimitReached(records, most, settings.max_active_builds_per_tenant),
        places=Places(
            settings.build_namespace if settings.job_runner == "kubernetes" else "",
            settings.function_namespace if settings.service_deployer == "knative" else "",
            of_broker,
        ),
    )
