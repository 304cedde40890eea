"""Port: a function's Service, its ServiceAccount and its Triggers; every write is fenced."""

from typing import Protocol

import attrs

from knative_lambda.domain.ids import FunctionId
from knative_lambda.domain.keys import Key
from knative_lambda.domain.request import FunctionConfig


@attrs.frozen(kw_only=True)
class ServiceSpec:
    """What is to be served.

    Attributes:
        key: Of what the record desires; the Service carries it.
        image: By digest, as the nodes reach it.
        triggers: Name and filter of each Trigger.
    """

    name: str
    function: FunctionId
    build_id: str
    key: Key
    image: str
    config: FunctionConfig
    triggers: tuple[tuple[str, tuple[tuple[str, str], ...]], ...]


@attrs.frozen(kw_only=True)
class Service:
    """A Service as it is seen.

    Attributes:
        uid: Of this very object; another of the same name has another.
        version: Changes with every write.
        key: Which desire it was written for; `None` for one that is not ours.
        ready: Whether it serves what it was last told to.
        url: Where it answers.
        message: Why it is not ready.
    """

    name: str
    uid: str
    version: str
    key: Key | None
    ready: bool = False
    url: str | None = None
    message: str = ""


class ServiceDeployer(Protocol):
    """Where functions are served.

    Laws (`tests/contracts/service_deployer.py`):

    - `create` never overwrites: a Service of that name makes it fail.
    - `patch` writes only over the key it was told to expect, and to the same object.
    - `delete` removes only the very object and version that was seen, and its companions with it.
    - A companion bound to an object that is gone is gone as well.
    - Binding again changes nothing; a companion is never given a smaller key.
    - `prune` removes the Triggers a Service should not have, and none that a newer desire wrote.
    """

    async def look(self, name: str) -> Service | None:
        """The Service of that name, if it is there.

        Raises:
            TransientError: The cluster cannot be reached; so for each method.
        """
        ...

    async def create(self, spec: ServiceSpec) -> Service:
        """Make the Service.

        Raises:
            ConflictError: There is one of that name.
            PermanentError: It will never be taken as it is.
        """
        ...

    async def patch(self, spec: ServiceSpec, expected: Key) -> Service:
        """Write *spec* over the Service that carries the key *expected*.

        Raises:
            ConflictError: It is gone, or carries another key.
            PermanentError: It will never be taken as it is.
        """
        ...

    async def delete(self, seen: Service) -> None:
        """Remove the Service exactly as *seen*.

        Raises:
            ConflictError: It is there, but no longer as *seen*.
        """
        ...

    async def bind(self, spec: ServiceSpec, owner: Service) -> None:
        """Make the ServiceAccount and the Triggers of *spec*, owned by the object *owner*."""
        ...

    async def prune(self, spec: ServiceSpec) -> None:
        """Remove the Triggers of this Service that *spec* does not name and that are older."""
        ...
