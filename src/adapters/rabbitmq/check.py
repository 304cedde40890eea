"""Whether the broker is there, lets us in, has what it should, and permits what we do."""

from collections.abc import Sequence
from pathlib import Path
from shlex import quote
from typing import Final
from urllib.parse import unquote

import attrs
from aio_pika.abc import AbstractConnection
from aio_pika.exceptions import AuthenticationError, ProbableAuthenticationError
from yarl import URL

from knative_lambda.adapters.rabbitmq.dial import dial
from knative_lambda.adapters.rabbitmq.errors import NOT_ALLOWED
from knative_lambda.adapters.rabbitmq.presence import presence
from knative_lambda.adapters.rabbitmq.rights import Rights, lacking
from knative_lambda.adapters.rabbitmq.topology import Topology
from knative_lambda.domain.errors import BuilderError, TransientError
from knative_lambda.ports.check import Check, Finding, broken, fine

_BROKER: Final = "broker"
_QUEUES: Final = "broker queues"
_RIGHTS: Final = "broker rights"
_ADDRESS: Final = "export KLB_RABBITMQ_URL=amqp://USER:PASSWORD@HOST:5672/VHOST"
_TRUST: Final = "export KLB_RABBITMQ_CA_FILE=/path/to/ca.pem"


@attrs.frozen
class BrokerCheck(Check):
    """Makes nothing, and takes no message.

    Attributes:
        url: With the credentials.
        passive: Whether the service makes nothing there.
        authority: The certificates to trust; `None`: the system's.
    """

    url: str = attrs.field(repr=False)
    topology: Topology
    passive: bool
    authority: Path | None

    @property
    def subject(self) -> str:
        """The broker."""
        return _BROKER

    async def findings(self) -> Sequence[Finding]:
        """Whether it lets us in; and then what it has, and permits."""
        try:
            connection = await dial(self.url, self.authority)
        except BuilderError as error:
            return [broken(_BROKER, str(error), self._to_enter(error))]
        try:
            told = f"RabbitMQ at {self._at} lets {self._user!r} into {self._vhost!r}"
            return [
                fine(_BROKER, told),
                await self._queues(connection),
                await self._rights(connection),
            ]
        finally:
            await connection.close()

    async def _queues(self, connection: AbstractConnection) -> Finding:
        found = await presence(connection, self.topology, passive=self.passive)
        missing, others = ", ".join(found.missing), ", ".join(found.others)
        if others:
            told = f"there, but made in another way than the service does: {others}"
            return broken(_QUEUES, told, self._to_replace(found.others))
        if not missing:
            return fine(_QUEUES, "all exchanges and queues are there")
        if not self.passive:
            return fine(_QUEUES, f"not there yet, and made by the service: {missing}")
        mend = "kubectl apply --filename deploy/base/queues.yaml; or let the service make them: "
        mend += "export KLB_RABBITMQ_DECLARE=active"
        return broken(_QUEUES, f"missing: {missing}", mend)

    async def _rights(self, connection: AbstractConnection) -> Finding:
        rights = Rights.needed(self.topology, passive=self.passive)
        denied = await lacking(connection, rights)
        if denied:
            told = f"{self._user!r} may not {', nor '.join(denied)}"
            return broken(_RIGHTS, told, self._to_permit(rights))
        return fine(_RIGHTS, f"{self._user!r} may do all that the service does")

    def _to_replace(self, others: Sequence[str]) -> str:
        where = f"--vhost {quote(self._vhost)}"
        # `queue 'name'`, or `exchange 'name'`.
        mends = [
            f"rabbitmqctl delete_queue {where} --if-empty {name}"
            if kind == "queue"
            else f"rabbitmqadmin {where} delete exchange name={name}"
            for kind, name in (other.split(" ", 1) for other in others)
        ]
        return "; ".join([*mends, "or take it as it is: export KLB_RABBITMQ_DECLARE=passive"])

    def _to_enter(self, error: BuilderError) -> str:
        cause = error.__cause__
        if isinstance(error, TransientError):
            return f"see that it runs: rabbitmq-diagnostics ping; and name it: {_ADDRESS}"
        if isinstance(cause, AuthenticationError | ProbableAuthenticationError):
            change = f"rabbitmqctl change_password {quote(self._user)} PASSWORD"
            return f"{change}; or name another user: {_ADDRESS}"
        if cause is not None and cause.args[:1] == (NOT_ALLOWED,):
            rights = Rights.needed(self.topology, passive=self.passive)
            return f"rabbitmqctl add_vhost {quote(self._vhost)}; {self._to_permit(rights)}"
        return _TRUST

    def _to_permit(self, rights: Rights) -> str:
        patterns = " ".join(map(quote, rights.patterns(self.topology, passive=self.passive)))
        whose = f"--vhost {quote(self._vhost)} {quote(self._user)}"
        return f"rabbitmqctl set_permissions {whose} {patterns}"

    @property
    def _at(self) -> str:
        return f"{URL(self.url).host}:{URL(self.url).port}"

    @property
    def _user(self) -> str:
        return URL(self.url).user or ""

    @property
    def _vhost(self) -> str:
        return unquote(URL(self.url).raw_path.removeprefix("/")) or "/"
