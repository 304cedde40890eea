"""What the service needs to be permitted, in each of its namespaces: the table.

`deploy/base/roles/service.yaml` permits just this; a test compares the two.
"""

from typing import Final

import attrs

from knative_lambda.adapters.kubernetes.kinds import (
    ACCOUNTS,
    CONFIG_MAPS,
    JOBS,
    PODS,
    SERVICES,
    TRIGGERS,
    Kind,
)


@attrs.frozen
class Right:
    """Verbs on the objects of one kind."""

    kind: Kind
    verbs: tuple[str, ...]


IN_BUILDS: Final = (
    Right(CONFIG_MAPS, ("create", "delete", "get", "list", "update")),
    Right(JOBS, ("create", "delete", "get", "list")),
    Right(PODS, ("list",)),
)
IN_FUNCTIONS: Final = (
    Right(SERVICES, ("create", "delete", "get", "patch")),
    Right(TRIGGERS, ("create", "delete", "get", "list", "patch")),
    Right(ACCOUNTS, ("create", "get", "patch")),
)
FILE: Final = "deploy/base/roles/service.yaml"
