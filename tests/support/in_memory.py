"""A whole service in memory: images are where its jobs are."""

from typing import Final

from knative_lambda.settings import Settings

IN_MEMORY: Final = Settings(
    event_source="memory",
    event_publisher="memory",
    context_store="memory",
    job_runner="memory",
    service_deployer="memory",
    source_fetcher="memory",
)
