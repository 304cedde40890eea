"""Where functions are served: what the settings say of it."""

import attrs

from knative_lambda.adapters.templates.templates import Templates, ours


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
