"""Whether the registry is there, lets us read, and lets builds push."""

from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from http import HTTPStatus
from pathlib import Path
from shlex import quote
from typing import Final

import attrs
from yarl import URL

from knative_lambda.adapters.oci.address import Address
from knative_lambda.adapters.oci.answer import Answer
from knative_lambda.adapters.oci.client import RegistryClient
from knative_lambda.adapters.oci.docker_config import DockerConfig
from knative_lambda.adapters.oci.errors import RegistryRefusalError
from knative_lambda.adapters.oci.media_types import MEDIA_TYPES
from knative_lambda.adapters.oci.request import Request
from knative_lambda.adapters.oci.scopes import to_push
from knative_lambda.domain.errors import BuilderError
from knative_lambda.ports.check import Check, Finding, broken, doubtful, fine

_REGISTRY: Final = "registry"
_PUSH: Final = "registry push"
_WRITABLE: Final = "let it take pushes: storage.maintenance.readonly.enabled: false, for registry:2"


@attrs.frozen
class Pusher:
    """Whose right to push is looked at.

    Attributes:
        whose: In words.
        login: The command that makes them known to the registry.
        config: Docker's `config.json` of theirs; `None` if it is not there.
        hidden: Whether it is not there only because it may not be seen.
    """

    whose: str
    login: str
    config: Path | None
    hidden: bool = False


@attrs.frozen
class RegistryCheck(Check):
    """Begins an upload, and cancels it; nothing is pushed.

    Attributes:
        repository: One of the functions', that none of them has.
        config: Docker's `config.json`, with what the service reads by.
        pusher: Opens what builds push by, and closes it.
    """

    address: Address
    repository: str
    config: Path
    pusher: Callable[[], AbstractAsyncContextManager[Pusher]]

    @property
    def subject(self) -> str:
        """The registry."""
        return _REGISTRY

    async def findings(self) -> Sequence[Finding]:
        """Whether it can be read; and then whether it can be pushed to."""
        reader = RegistryClient(self.address, DockerConfig(self.config, self.address.registry))
        try:
            wanted = {"Accept": ", ".join(MEDIA_TYPES)}
            await reader.ask("HEAD", self.repository, "manifests/none", wanted)
        except BuilderError as error:
            return [broken(_REGISTRY, str(error), self._to_read(error))]
        finally:
            await reader.close()
        found = fine(_REGISTRY, f"{self.address.title} is there, and can be read")
        async with self.pusher() as pusher:
            if pusher.config is not None:
                return [found, await self._push(pusher, pusher.config)]
        if not pusher.hidden:
            return [found]
        told = f"whether it lets {pusher.whose} push cannot be seen from here"
        return [found, doubtful(_PUSH, told, "run this as somebody who may read their Secret")]

    async def _push(self, pusher: Pusher, config: Path) -> Finding:
        client = RegistryClient(self.address, DockerConfig(config, self.address.registry))
        try:
            url = self.address.origin / "v2" / self.repository / "blobs" / "uploads" / ""
            begun = await client.answer(to_push(self.repository), Request("POST", url))
            if begun.status == HTTPStatus.ACCEPTED:
                await self._cancel(client, begun)
        except RegistryRefusalError:
            told = f"{pusher.whose} may not push to {self.address.host}/{self.repository}"
            return broken(_PUSH, told, pusher.login)
        except BuilderError as error:
            return broken(_PUSH, f"{pusher.whose}: {error}", self._to_reach())
        finally:
            await client.close()
        if begun.status != HTTPStatus.ACCEPTED:
            told = (
                f"{self.address.title} takes no upload of {pusher.whose}: it answers {begun.status}"
            )
            return broken(_PUSH, told, _WRITABLE)
        return fine(_PUSH, f"{pusher.whose} may push to {self.address.host}/{self.repository}")

    async def _cancel(self, client: RegistryClient, begun: Answer) -> None:
        where = self.address.origin.join(URL(begun.headers.get("Location", ""), encoded=True))
        ours = where.is_absolute() and where.origin() == self.address.origin
        # Anywhere else it ends by itself, some time.
        if ours and where.path.startswith(f"/v2/{self.repository}/blobs/uploads/"):
            await client.answer(to_push(self.repository), Request("DELETE", where))

    def _to_read(self, error: BuilderError) -> str:
        if isinstance(error, RegistryRefusalError):
            return f"docker login {quote(self.address.host)}"
        return self._to_reach()

    def _to_reach(self) -> str:
        url = self.address.origin / "v2" / ""
        return f"see what answers: curl --head {url}; and name it: export KLB_REGISTRY=HOST"
