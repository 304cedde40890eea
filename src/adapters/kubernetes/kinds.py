"""The kinds of objects that we work with, and where a Kubernetes API has them."""

from typing import Final

import attrs


@attrs.frozen
class Kind:
    """All that we work with are in version 1 of their group.

    Attributes:
        group: Of the API, such as `batch`; empty for the core.
        resource: The plural, such as `jobs`.
    """

    group: str
    resource: str

    def __str__(self) -> str:
        """As messages of the API name it, such as `jobs.batch`."""
        return f"{self.resource}.{self.group}" if self.group else self.resource

    @property
    def root(self) -> str:
        """The path to all kinds of the group."""
        return f"/apis/{self.group}/v1" if self.group else "/api/v1"

    def path(self, namespace: str, name: str = "") -> str:
        """To the object of that *name*, or without one to all in the *namespace*."""
        path = f"{self.root}/namespaces/{namespace}/{self.resource}"
        return f"{path}/{name}" if name else path


CONFIG_MAPS: Final = Kind("", "configmaps")
SECRETS: Final = Kind("", "secrets")
PODS: Final = Kind("", "pods")
EVENTS: Final = Kind("", "events")
JOBS: Final = Kind("batch", "jobs")
SERVICES: Final = Kind("serving.knative.dev", "services")
TRIGGERS: Final = Kind("eventing.knative.dev", "triggers")
BROKERS: Final = Kind("eventing.knative.dev", "brokers")
ACCOUNTS: Final = Kind("", "serviceaccounts")
