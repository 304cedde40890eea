"""What a hostile request is: a value, the place in the request that it stands in, and its end."""

from collections.abc import Callable, Mapping
from typing import Any

import attrs
from support.careless_rendering import Harm

from knative_lambda.domain.failures import Reason
from knative_lambda.domain.rejection import Rejection

Data = dict[str, Any]

# Stands for a server's port, which is known only when it runs.
SOURCE = "https://public.sources.test:PORT/source.tgz"
REPOSITORY = "https://public.sources.test:PORT/hello.git"


@attrs.frozen
class Place:
    """Where a value stands in the data of an event.

    Attributes:
        data: That of an event that has the value there.
        plain: A value that does no harm there.
    """

    name: str
    data: Callable[[str], Data]
    plain: str = "x"


@attrs.frozen
class Refusal:
    """How a request ends: as a dead letter, or as a failed build; *says* is a pattern."""

    reason: Rejection | Reason
    says: str


@attrs.frozen
class Request:
    """A hostile request.

    Attributes:
        kind: Its class.
        harms: Does what a careless program would with the value; whether it did harm.
        refusal: `None`: it is taken, and the value stays the data that it is.
        event: Its type.
    """

    kind: str
    place: Place
    value: str
    harms: Harm
    refusal: Refusal | None = None
    event: str = "build.start"

    @property
    def data(self) -> Data:
        """What it asks for."""
        return self.place.data(self.value)

    @property
    def plain_data(self) -> Data:
        """The same without harm."""
        return self.place.data(self.place.plain)

    def __str__(self) -> str:
        return f"{self.kind}: {self.place.name}: {self.value[:40]!a}"


def invalid(says: str) -> Refusal:
    """It never becomes a build: the words tell the field, and the rule."""
    return Refusal(Rejection.INVALID, says)


def _field(name: str, plain: str, **others: object) -> Place:
    return Place(name, lambda value: {name: value, **others}, plain)


def _serving(name: str, section: Callable[[str], Mapping[str, object]]) -> Place:
    return Place(name, lambda value: {"function": section(value)})


TENANT = _field("third_party_id", "acme")
PARSER = _field("parser_id", "hello")
RUNTIME = _field("runtime", "nodejs22")
HANDLER = _field("handler", "index.handler")
URL = _field("source_url", SOURCE)
SSH_URL = _field("source_url", "ssh://git@127.0.0.1/hello.git")
PATH = _field("source_path", "nested")
REF = _field("source_ref", "main", source_url=REPOSITORY)
CREDENTIAL = _field("source_credentials", "forge")
CORRELATION = _field("correlation_id", "c-1")
ARGUMENT = Place("build_args", lambda value: {"build_args": {"VERSION": value}})
ARGUMENT_NAME = Place("build_args", lambda value: {"build_args": {value: "1"}})
VARIABLE = _serving("function.env", lambda value: {"env": {"GREETING": value}})
VARIABLE_NAME = _serving("function.env", lambda value: {"env": {value: "1"}})
SECRET = _serving("function.secrets", lambda value: {"secrets": [value]})
FILTER = _serving(
    "function.triggers", lambda value: {"triggers": [{"type": "order.placed", "subject": value}]}
)
FILTER_NAME = _serving(
    "function.triggers", lambda value: {"triggers": [{"type": "order.placed", value: "x"}]}
)
