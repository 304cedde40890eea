"""Who may do what: Roles, bindings, and the tokens of ServiceAccounts."""

from collections.abc import Iterator
from typing import Final

import attrs
from support.kubernetes import resources, selectors, statuses
from support.kubernetes.requests import Asked
from support.kubernetes.resources import Object, Resource
from support.kubernetes.store import Store

ADMIN: Final = "kubernetes-admin"
_PREFIX = "system:serviceaccount:"
_ACCOUNTS: Final = resources.named("serviceaccounts")
_ROLES: Final = resources.named("roles")
_CLUSTER_ROLES: Final = resources.named("clusterroles")
_BINDINGS: Final = resources.named("rolebindings")
_CLUSTER_BINDINGS: Final = resources.named("clusterrolebindings")
_REVIEWS: Final = "selfsubjectaccessreviews.authorization.k8s.io"


def token(namespace: str, account: str) -> str:
    """What that ServiceAccount shows."""
    return f"{namespace}/{account}"


@attrs.define(eq=False)
class Rbac:
    """Decides by what the store has of roles and bindings.

    Attributes:
        on: Whether it decides at all; otherwise everybody may do everything.
    """

    store: Store
    on: bool = False

    def user(self, shown: str) -> str:
        """Who shows that `Authorization`; without one, and without RBAC, an administrator.

        Raises:
            Refused: Nobody has such a token.
        """
        kind, _, value = shown.partition(" ")
        namespace, slash, account = value.strip().partition("/")
        if kind.lower() == "bearer" and slash:
            if self.on and self.store.get((_ACCOUNTS, namespace, account)) is None:
                raise statuses.unauthorized()
            return f"{_PREFIX}{namespace}:{account}"
        if not self.on:
            return ADMIN
        if shown:
            raise statuses.unauthorized()
        return "system:anonymous"

    def check(self, asked: Asked) -> None:
        """Let it through, or not.

        Raises:
            Refused: No role of the user's allows it.
        """
        if asked.resource.qualified == _REVIEWS and asked.user != "system:anonymous":
            return
        if not self.allows(asked):
            raise _forbidden(asked)

    def allows(self, asked: Asked) -> bool:
        """Whether some role of the user's allows it."""
        return not self.on or any(_covers(rule, asked) for rule in self._rules(asked))

    def review(self, asked: Asked) -> Object:
        """Answer a SelfSubjectAccessReview, which asks whether the asker may do something."""
        review: Object = asked.document()
        attributes = review["spec"].get("resourceAttributes") or {}
        group, name = attributes.get("group", ""), attributes.get("resource", "")
        about = attrs.evolve(
            asked,
            verb=attributes.get("verb", ""),
            resource=Resource(group, attributes.get("version") or "v1", name, name),
            namespace=attributes.get("namespace", ""),
            name=attributes.get("name", ""),
            subresource=attributes.get("subresource", ""),
            query={},
        )
        allowed = self.allows(about)
        reason = "" if allowed else "no role of the user's allows it"
        return {**review, "status": {"allowed": allowed, "reason": reason}}

    def _rules(self, asked: Asked) -> Iterator[Object]:
        for binding in self.store.all(_CLUSTER_BINDINGS):
            yield from self._bound(binding, asked.user, "")
        if asked.namespace:
            for binding in self.store.all(_BINDINGS, asked.namespace):
                yield from self._bound(binding, asked.user, asked.namespace)

    def _bound(self, binding: Object, user: str, namespace: str) -> Iterator[Object]:
        if not any(_is(subject, user) for subject in binding.get("subjects") or []):
            return
        ref = binding["roleRef"]
        kind, within = (_ROLES, namespace) if ref["kind"] == "Role" else (_CLUSTER_ROLES, "")
        role = self.store.get((kind, within, ref["name"]))
        yield from (role or {}).get("rules") or []


def _is(subject: Object, user: str) -> bool:
    name = subject["name"]
    if subject["kind"] == "ServiceAccount":
        return user == f"{_PREFIX}{subject.get('namespace', '')}:{name}"
    if subject["kind"] == "User":
        return bool(user == name)
    groups = {"system:unauthenticated" if user == "system:anonymous" else "system:authenticated"}
    if user.startswith(_PREFIX):
        groups |= {"system:serviceaccounts", f"system:serviceaccounts:{user.split(':')[2]}"}
    return name in groups


def _covers(rule: Object, asked: Asked) -> bool:
    resource = asked.resource.plural + (f"/{asked.subresource}" if asked.subresource else "")
    wanted = {resource, "*"} | ({f"*/{asked.subresource}"} if asked.subresource else set())
    return (
        bool({asked.verb, "*"} & set(rule.get("verbs") or []))
        and bool({asked.resource.group, "*"} & set(rule.get("apiGroups") or []))
        and bool(wanted & set(rule.get("resources") or []))
        and (not rule.get("resourceNames") or _one_name(asked) in rule["resourceNames"])
    )


def _one_name(asked: Asked) -> str:
    """The one object that it is about, if it can be about no other."""
    return asked.name or selectors.only_name(asked.query.get("fieldSelector", ""))


def _forbidden(asked: Asked) -> statuses.Refused:
    resource = asked.resource.plural + (f"/{asked.subresource}" if asked.subresource else "")
    where = f'in the namespace "{asked.namespace}"' if asked.namespace else "at the cluster scope"
    return statuses.forbidden(
        asked.resource,
        asked.name,
        f'User "{asked.user}" cannot {asked.verb} resource "{resource}" in API group'
        f' "{asked.resource.group}" {where}',
    )
