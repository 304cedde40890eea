"""What an object passes before it is kept: defaults, webhooks, its schema, and the rules beyond."""

from typing import Final

import attrs
from support.kubernetes import (
    admission,
    config_rules,
    defaults,
    job_rules,
    names,
    podsecurity,
    resources,
    statuses,
)
from support.kubernetes.rbac import Rbac
from support.kubernetes.requests import Asked
from support.kubernetes.resources import Object
from support.kubernetes.store import Store
from support.kubernetes.webhooks import Webhooks

_ACCOUNTS: Final = resources.named("serviceaccounts")
_FIXED: Final = {
    "Job": job_rules.changed,
    "ConfigMap": config_rules.changed,
    "Secret": config_rules.changed,
}
_UNCHECKED: Final = {"Event", "CustomResourceDefinition", "SelfSubjectAccessReview"}


@attrs.define(eq=False)
class Gate:
    """Looks at every object that a client writes; may fill in what it leaves open."""

    store: Store
    webhooks: Webhooks
    rbac: Rbac

    def admit(self, asked: Asked, new: Object, before: Object | None) -> None:
        """Let *new* through in place of *before*.

        Raises:
            Refused: As the one who refuses says it.
        """
        if asked.subresource or new["kind"] in _UNCHECKED:
            return
        if not asked.resource.custom:
            self._fits(asked, new)
            uid = new["metadata"].setdefault("uid", self.store.new_uid()) if before is None else ""
            defaults.fill_in(new, uid)
        elif asked.resource.group.endswith("knative.dev"):
            self.webhooks.look_at(asked, new, before)
        else:
            self._fits(asked, new)
        if before is not None and (fixed := _FIXED.get(new["kind"])):
            self._keep(asked, fixed(new, before))
        if new["kind"] == "Pod" and before is None and (why := self.forbids_pod(new)):
            raise statuses.forbidden(asked.resource, asked.name, why)

    def forbids_pod(self, pod: Object) -> str:
        """Why that pod may not be made; empty if it may.

        That its ServiceAccount is there is only asked for where RBAC is on.
        """
        metadata, spec = pod["metadata"], pod["spec"]
        namespace = metadata["namespace"]
        account = spec.get("serviceAccountName", "default")
        if self.rbac.on and self.store.get((_ACCOUNTS, namespace, account)) is None:
            return (
                f"error looking up service account {namespace}/{account}:"
                f' serviceaccount "{account}" not found'
            )
        found = self.store.get((names.NAMESPACES, "", namespace)) or {"metadata": {}}
        level = (found["metadata"].get("labels") or {}).get(podsecurity.LABEL, "privileged")
        return podsecurity.violation(level, spec)

    def _fits(self, asked: Asked, new: Object) -> None:
        """A field that is unknown, or of another type, is refused before anything is looked at.

        Real servers let unknown fields pass with a warning unless they are told to be strict;
        here they are always strict.
        """
        problems = admission.schema_problems(new)
        for error in problems:
            if error.validator in ("additionalProperties", "type", "anyOf", "oneOf"):
                kind = asked.resource.kind
                raise statuses.bad_request(
                    f'{kind} in version "{asked.resource.version}" cannot be handled as a {kind}:'
                    f" strict decoding error: {admission.said(error)}"
                )
        said = [admission.said(error) for error in problems]
        self._keep(asked, said or admission.broken_rules(new))

    def _keep(self, asked: Asked, problems: list[str]) -> None:
        if problems:
            raise statuses.invalid(asked.resource, asked.name, problems)
