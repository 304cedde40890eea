"""What the service needs to be permitted, in each of its namespaces: the table.

`deploy/base/roles/service.yaml` permits just this; a test compares the two.
"""

from typing import Final

import attrs


@attrs.frozen
class Right:
    """Verbs on the objects of one kind.

    Attributes:
        group: Of the API; empty for the core.
        resource: The plural.
    """

    group: str
    resource: str
    verbs: tuple[str, ...]

    def __str__(self) -> str:
        """As messages of the API name the resource."""
        return f"{self.resource}.{self.group}" if self.group else self.resource


IN_BUILDS: Final = (
    Right("", "configmaps", ("create", "delete", "get", "list", "update")),
    Right("batch", "jobs", ("create", "delete", "get", "list")),
    Right("", "pods", ("list",)),
)
IN_FUNCTIONS: Final = (
    Right("serving.knative.dev", "services", ("create", "delete", "get", "patch")),
    Right("eventing.knative.dev", "triggers", ("create", "delete", "get", "list", "patch")),
    Right("", "serviceaccounts", ("create", "get", "patch")),
)
FILE: Final = "deploy/base/roles/service.yaml"
