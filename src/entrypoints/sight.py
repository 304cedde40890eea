"""What commands look with that only show: wired to where the settings lead."""

from knative_lambda.application.log_reading import LogReading
from knative_lambda.application.overview import Overview
from knative_lambda.entrypoints.container import Container


def overview_of(container: Container) -> Overview:
    """Of functions."""
    return Overview(container.serving().look, container.adapters.triggers())


def log_reading(container: Container) -> LogReading:
    """Of builds."""
    logs = container.adapters.build_logs()
    return LogReading(container.records(), container.contexts(), logs)
