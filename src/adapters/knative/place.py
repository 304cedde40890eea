"""Where functions are served: what the settings say of it, and the paths of the API."""

from typing import Final

import attrs

from knative_lambda.adapters.templates.templates import Templates, ours

SERVICES: Final = "services.serving.knative.dev"
TRIGGERS: Final = "triggers.eventing.knative.dev"
ACCOUNTS: Final = "serviceaccounts"
_ROOTS: Final = {
    SERVICES: "/apis/serving.knative.dev/v1",
    TRIGGERS: "/apis/eventing.knative.dev/v1",
    ACCOUNTS: "/api/v1",
}


@attrs.frozen(kw_only=True)
class Place:
    """One namespace for all functions.

    Attributes:
        broker: Whose events the Triggers get; in the same namespace.
        dead_letter_sink: The URL that an event goes to which no function took.
        pull_secret: The Secret that images are pulled with; empty for none.
        templates: Ours, or an operator's, which all objects are rendered from.
    """

    namespace: str
    broker: str
    dead_letter_sink: str
    pull_secret: str = ""
    templates: Templates = attrs.field(factory=ours, repr=False)

    def path(self, resource: str, name: str = "") -> str:
        """Of an object, or of all of that *resource* without a *name*."""
        listed = f"{_ROOTS[resource]}/namespaces/{self.namespace}/{resource.partition('.')[0]}"
        return f"{listed}/{name}" if name else listed
