"""Whether a namespace is there, lets our pods in, and has what the settings name."""

import asyncio
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any, Final

import attrs

from knative_lambda.adapters.kubernetes.api import KubernetesApi, Refusal
from knative_lambda.adapters.kubernetes.errors import Asked, meaning
from knative_lambda.adapters.kubernetes.kinds import ACCOUNTS, CONFIG_MAPS, SECRETS, Kind
from knative_lambda.ports.check import Check, Finding, broken, doubtful, fine

_NAMESPACE: Final = "namespace"
_SECURITY: Final = "pod security"
_ENFORCED: Final = "pod-security.kubernetes.io/enforce"
_HIDDEN: Final = object()
_WORDS: Final = {ACCOUNTS: "ServiceAccount", CONFIG_MAPS: "ConfigMap", SECRETS: "Secret"}

_Found = Mapping[str, Any]


@attrs.frozen(kw_only=True)
class Named:
    """An object that a setting names.

    Attributes:
        kind: ServiceAccounts, ConfigMaps or Secrets.
        key: That it must have among its data; empty for none.
        mend: The command that makes it.
    """

    kind: Kind
    name: str
    key: str = ""
    mend: str

    @property
    def word(self) -> str:
        """For its kind, as people say it."""
        return _WORDS[self.kind]


@attrs.frozen(kw_only=True)
class NamespaceCheck(Check):
    """Reads objects by their names.

    Attributes:
        root: Whether pods run as root there, as those of builds must.
        objects: That must be there.
    """

    api: KubernetesApi
    namespace: str
    root: bool
    objects: tuple[Named, ...] = ()

    @property
    def subject(self) -> str:
        """The namespace."""
        return _NAMESPACE

    async def findings(self) -> Sequence[Finding]:
        """Whether it is there; and then what is in it."""
        found = await self._read(f"/api/v1/namespaces/{self.namespace}", Asked("get", "namespaces"))
        if found is None:
            mend = f"kubectl create namespace {self.namespace}; {self._to_secure}"
            return [broken(_NAMESPACE, f"{self.namespace} is not there", mend)]
        objects = await asyncio.gather(*(self._object(each) for each in self.objects))
        if isinstance(found, Mapping):
            return [fine(_NAMESPACE, f"{self.namespace} is there"), self._security(found), *objects]
        told = f"{self.namespace} and its labels cannot be seen from here"
        mend = f"kubectl get namespace {self.namespace} --show-labels, by somebody who may"
        return [doubtful(_NAMESPACE, told, mend), *objects]

    def _security(self, namespace: _Found) -> Finding:
        level = (namespace["metadata"].get("labels") or {}).get(_ENFORCED, "")
        if self.root and level == "restricted":
            told = f"{self.namespace} is restricted, and lets no pod in that builds as root"
            return broken(_SECURITY, told, self._to_secure)
        if level in ("baseline", "restricted"):
            return fine(_SECURITY, f"pods in {self.namespace} are held to {level}")
        told = f"{self.namespace} enforces no Pod Security level: a pod may do what it likes there"
        return doubtful(_SECURITY, told, self._to_secure)

    @property
    def _to_secure(self) -> str:
        return f"kubectl label --overwrite namespace {self.namespace} {_ENFORCED}=baseline"

    async def _object(self, named: Named) -> Finding:
        path = named.kind.path(self.namespace, named.name)
        asked = Asked("get", str(named.kind), self.namespace, named.name)
        found = await self._read(path, asked)
        where = f"in the namespace {self.namespace}"
        if found is None:
            return broken(named.word, f"{named.name} is not there, {where}", named.mend)
        if not isinstance(found, Mapping):
            look = f"kubectl get {named.kind} {named.name} --namespace {self.namespace}"
            told = f"{named.name} cannot be seen from here, {where}"
            return doubtful(named.word, told, f"{look}, by somebody who may")
        if named.key and named.key not in (found.get("data") or {}):
            told = f"{named.name} has no {named.key}, {where}"
            return broken(named.word, told, f"{self._to_remove(named)}; {named.mend}")
        return fine(named.word, f"{named.name} is there, {where}")

    def _to_remove(self, named: Named) -> str:
        """What is there already cannot be made."""
        return f"kubectl delete {named.kind} {named.name} --namespace {self.namespace}"

    async def _read(self, path: str, asked: Asked) -> _Found | object | None:
        """What is there; `None`: nothing; or `_HIDDEN`."""
        try:
            return await self.api.call("GET", path)
        except Refusal as refusal:
            if refusal.status == HTTPStatus.NOT_FOUND:
                return None
            if refusal.status == HTTPStatus.FORBIDDEN:
                return _HIDDEN
            raise meaning(refusal, asked) from refusal
