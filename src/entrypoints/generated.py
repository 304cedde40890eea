"""What the program's own tables say, as parts of documents."""

from knative_lambda.adapters import documents
from knative_lambda.adapters.prometheus.table import TABLE
from knative_lambda.adapters.schemas import schemas
from knative_lambda.adapters.templates.values import VALUES
from knative_lambda.domain.causes.reading import SIGNS
from knative_lambda.domain.machine import TRANSITIONS
from knative_lambda.domain.runtimes import RUNTIMES
from knative_lambda.settings import table


def generated() -> dict[str, str]:
    """The generated part of each document, by its path from the root."""
    return {
        "README.md": documents.settings_table(table()),
        "docs/causes.md": documents.causes_table(SIGNS),
        "docs/events.md": documents.events(schemas()),
        "docs/metrics.md": documents.metrics_tables(TABLE),
        "docs/runtimes.md": documents.runtimes_table(RUNTIMES.values()),
        "docs/state-machine.md": documents.state_machine(TRANSITIONS),
        "docs/templates.md": documents.templates_table(VALUES),
    }
