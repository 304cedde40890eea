"""How a fault of the wire form is told: what is wrong, what was there, what would be right."""

from knative_lambda.domain.errors import PermanentError
from knative_lambda.domain.rejection import Rejection


def malformed(what: str, value: str, rule: str) -> PermanentError:
    """The refusal of an event for *what*, where *value* stands and *rule* is broken.

    Both *what* and *value* are short and printable, as `knative_lambda.domain.fields.shown` makes
    them.
    """
    return PermanentError(Rejection.MALFORMED, f"{what}: {value}: {rule}")
