"""What each verb does to the store: the rules of a real API server, in its order."""

import copy
from collections.abc import Callable
from typing import Any

import attrs
from support.kubernetes import names, patches, statuses
from support.kubernetes.apply import applied
from support.kubernetes.garbage import FOREGROUND, ORPHAN, remove_gracefully
from support.kubernetes.owners import UPDATE, Manager, Owners
from support.kubernetes.requests import APPLY, Asked
from support.kubernetes.resources import Object
from support.kubernetes.store import Address, Store, instant

# Looks at an object that is about to be written, and at what it replaces; may change it.
Admission = Callable[[Asked, Object, Object | None], None]

_LARGEST_BODY = 3 * 1024 * 1024


@attrs.frozen
class Verbs:
    """Each gives the status of HTTP and the object that is answered.

    All raise `Refused` with what a real server would say.
    """

    store: Store
    admit: Admission

    def get(self, asked: Asked) -> tuple[int, Object]:
        return 200, self._there(asked)

    def create(self, asked: Asked) -> tuple[int, Object]:
        new = _read(asked)
        metadata = new["metadata"]
        if not metadata.get("name"):
            if not metadata.get("generateName"):
                problem = "metadata.name: Required value: name or generateName is required"
                raise statuses.invalid(asked.resource, "", [problem])
            metadata["name"] = metadata["generateName"][:58] + self.store.suffix()
        if metadata.get("resourceVersion"):
            raise statuses.internal(
                "resourceVersion should not be set on objects to be created", ""
            )
        return 201, self._insert(attrs.evolve(asked, name=metadata["name"]), new)

    def update(self, asked: Asked) -> tuple[int, Object]:
        new = _read(asked)
        _named(asked, new)
        before = self._there(asked)
        if asked.resource.custom and not new["metadata"].get("resourceVersion"):
            problem = (
                "metadata.resourceVersion: Invalid value: 0x0: must be specified for an update"
            )
            raise statuses.invalid(asked.resource, asked.name, [problem])
        return 200, self._replace(asked, new, before)

    def patch(self, asked: Asked) -> tuple[int, Object]:
        kind = asked.content_type.partition(";")[0].strip()
        if asked.applies:
            return self._apply(asked)
        how = self._how(asked, kind)
        patch = asked.document()
        before = self._there(asked)
        new = how(copy.deepcopy(before), patch)
        _named(asked, new)
        return 200, self._replace(asked, new, before)

    def delete(self, asked: Asked) -> tuple[int, Object]:
        options = asked.document() if asked.body.strip() else {}
        before = self._there(asked)
        self._preconditions(asked, options.get("preconditions") or {}, before)
        self._finalizers(asked, options, before)
        grace = options.get("gracePeriodSeconds", asked.query.get("gracePeriodSeconds"))
        if asked.dry:
            return 200, before
        left = remove_gracefully(self.store, asked.address, None if grace is None else int(grace))
        gone = self.store.get(asked.address) is None
        if gone and asked.resource.plural not in ("pods", "serviceaccounts"):
            uid = before["metadata"]["uid"]
            return 200, statuses.deleted(asked.resource, asked.name, uid)
        return 200, left

    def _finalizers(self, asked: Asked, options: Object, before: Object) -> None:
        """The batch API lets go of pods when nobody says what should become of them."""
        policy = options.get("propagationPolicy") or asked.query.get("propagationPolicy")
        if policy is None:
            policy = "Orphan" if asked.resource.qualified == "jobs.batch" else "Background"
        if policy not in ("Orphan", "Background", "Foreground"):
            problem = (
                f'propagationPolicy: Unsupported value: "{policy}": supported values:'
                ' "Foreground", "Background", "Orphan", "nil"'
            )
            raise statuses.invalid(asked.resource, asked.name, [problem])
        if policy != "Background":
            finalizer = ORPHAN if policy == "Orphan" else FOREGROUND
            kept = before["metadata"].setdefault("finalizers", [])
            if finalizer not in kept:
                kept.append(finalizer)
                self.store.replace(asked.address, before)

    def _preconditions(self, asked: Asked, wanted: Object, before: Object) -> None:
        for field, words in (("uid", "UID"), ("resourceVersion", "ResourceVersion")):
            found = before["metadata"][field]
            if wanted.get(field) not in (None, found):
                raise statuses.conflict(
                    asked.resource,
                    asked.name,
                    f"Precondition failed: {words} in precondition: {wanted[field]},"
                    f" {words} in object meta: {found}",
                )

    def _apply(self, asked: Asked) -> tuple[int, Object]:
        manager = asked.query.get("fieldManager", "")
        if not manager:
            problem = "fieldManager: Required value: is required for apply patch"
            raise statuses.invalid(asked.resource, "", [problem])
        wanted = _read(asked)
        wanted["metadata"].setdefault("name", asked.name)
        _named(asked, wanted)
        before = self.store.get(asked.address)
        self._same(asked, wanted["metadata"].get("uid"), before)
        new, owners = applied(asked.resource, before, wanted, manager, force=asked.flag("force"))
        if before is None:
            new["metadata"].pop("resourceVersion", None)
            return 201, self._insert(asked, new, owners)
        return 200, self._replace(asked, new, before, owners)

    def _same(self, asked: Asked, uid: str | None, before: Object | None) -> None:
        """An apply may say which object it is about."""
        if uid and before is None:
            why = f"uid mismatch: the provided object specified uid {uid}"
            none = f"{why}, and no existing object was found"
            raise statuses.conflict(asked.resource, asked.name, none)
        if uid and before is not None and before["metadata"]["uid"] != uid:
            problem = f'metadata.uid: Invalid value: "{uid}": field is immutable'
            raise statuses.invalid(asked.resource, asked.name, [problem])

    def _insert(self, asked: Asked, new: Object, owners: Owners | None = None) -> Object:
        self._names(asked, new)
        if asked.namespace and not self._namespace(asked.namespace):
            raise statuses.not_found(_NAMESPACES, asked.namespace)
        if self.store.get(asked.address) is not None:
            raise statuses.already_exists(asked.resource, asked.name)
        for theirs in ("uid", "creationTimestamp", "generation", "deletionTimestamp", "selfLink"):
            new["metadata"].pop(theirs, None)
        if asked.resource.status:
            new.pop("status", None)
        if asked.namespace:
            new["metadata"]["namespace"] = asked.namespace
        self._manage(asked, new, None, owners)
        self.admit(asked, new, None)
        if asked.dry:
            return new
        return self.store.insert(asked.address, new)

    def _replace(
        self, asked: Asked, new: Object, before: Object, owners: Owners | None = None
    ) -> Object:
        metadata, kept = new["metadata"], before["metadata"]
        version = metadata.get("resourceVersion")
        if version and version != kept["resourceVersion"]:
            raise statuses.conflict(asked.resource, asked.name)
        if metadata.get("uid", kept["uid"]) != kept["uid"]:
            raise statuses.conflict(
                asked.resource,
                asked.name,
                f"Precondition failed: UID in precondition: {metadata['uid']}, UID in object"
                f" meta: {kept['uid']}",
            )
        if asked.subresource == "status":
            new = {**copy.deepcopy(before), "status": new.get("status")}
        elif asked.resource.status:
            new.pop("status", None)
            if "status" in before:
                new["status"] = before["status"]
        for theirs in (
            "uid",
            "name",
            "namespace",
            "creationTimestamp",
            "generation",
            "deletionTimestamp",
            "deletionGracePeriodSeconds",
        ):
            new["metadata"].pop(theirs, None)
            if theirs in kept:
                new["metadata"][theirs] = kept[theirs]
        self._names(asked, new)
        self._manage(asked, new, before, owners)
        self.admit(asked, new, before)
        if asked.dry:
            return new
        stored = self.store.replace(asked.address, new)
        if kept.get("deletionTimestamp") and not stored["metadata"].get("finalizers"):
            self._finished(asked.address, stored)
        return stored

    def _manage(
        self, asked: Asked, new: Object, before: Object | None, owners: Owners | None
    ) -> None:
        """Write into *new* who owns its fields; who does not apply owns what he changes."""
        if owners is None:
            owners = Owners.of(before)
            name = asked.query.get("fieldManager") or asked.agent.partition("/")[0] or "unknown"
            owners.updated(Manager(name, UPDATE), asked.resource, before, new)
        owners.write(new, before, asked.resource, instant(self.store.clock()))

    def _finished(self, address: Address, stored: Object) -> None:
        if stored["kind"] != "Pod":
            self.store.remove(address)

    def _names(self, asked: Asked, new: Object) -> None:
        problems = names.problems(asked.resource, new)
        if problems:
            raise statuses.invalid(asked.resource, asked.name, problems)

    def _namespace(self, name: str) -> bool:
        return self.store.get((_NAMESPACES, "", name)) is not None

    def _there(self, asked: Asked) -> Object:
        found = self.store.get(asked.address)
        if found is None:
            raise statuses.not_found(asked.resource, asked.name)
        return found

    def _how(self, asked: Asked, kind: str) -> Callable[[Any, Any], Any]:
        known = {
            "application/json-patch+json": patches.json_patch,
            "application/merge-patch+json": patches.merge_patch,
            "application/strategic-merge-patch+json": patches.strategic_merge,
        }
        if asked.resource.custom:
            del known["application/strategic-merge-patch+json"]
        if kind not in known:
            listed = ", ".join([*known, APPLY, "application/apply-patch+cbor"])
            raise statuses.unsupported_media_type(
                "the body of the request was in an unknown format - accepted media types include:"
                f" {listed}"
            )
        return known[kind]


_NAMESPACES = names.NAMESPACES


def _named(asked: Asked, found: Object) -> None:
    """The name in the body is that in the URL."""
    name = found["metadata"].get("name") or ""
    if name != asked.name:
        raise statuses.bad_request(
            f"the name of the object ({name}) does not match the name on the URL ({asked.name})"
        )


def _read(asked: Asked) -> Object:
    """The object in the body, which is of the kind and in the namespace that the URL says."""
    if len(asked.body) > _LARGEST_BODY:
        raise statuses.too_large(f"limit is {_LARGEST_BODY}")
    found = asked.document()
    if not isinstance(found, dict):
        raise statuses.bad_request("couldn't get version/kind; json parse error")
    version, kind = found.get("apiVersion"), found.get("kind")
    if not kind:
        raise statuses.bad_request("Object 'Kind' is missing in the body")
    if (version, kind) != (asked.resource.api_version, asked.resource.kind):
        raise statuses.bad_request(
            f"{kind} in version {version!r} cannot be handled as a {asked.resource.kind}"
        )
    metadata = found.setdefault("metadata", {})
    if metadata is None:
        metadata = found["metadata"] = {}
    namespace = metadata.get("namespace", asked.namespace)
    if namespace != asked.namespace:
        raise statuses.bad_request(
            "the namespace of the provided object does not match the namespace sent on the request"
        )
    return found
