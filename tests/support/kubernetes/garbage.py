"""The garbage collector: what an owner leaves behind goes, or is let go."""

import attrs
from support.kubernetes.names import NAMESPACES
from support.kubernetes.resources import Object
from support.kubernetes.store import SECOND, Address, Store, instant

ORPHAN, FOREGROUND = "orphan", "foregroundDeletion"


@attrs.frozen
class GarbageCollector:
    """Works off, at each call, all that the store has for it."""

    store: Store

    def collect(self) -> None:
        """Until nothing is left to do."""
        while self._step():
            pass

    def _step(self) -> bool:
        """Whether there was something to do."""
        namespaces = {each[2] for each, _ in self.store.everything() if each[0] == NAMESPACES}
        live = {kept["metadata"]["uid"]: kept for _, kept in self.store.everything()}
        for address, kept in self.store.everything():
            owners = kept["metadata"].get("ownerReferences") or []
            if address[1] and address[1] not in namespaces:
                self.store.remove(address)
                return True
            ending = bool(kept["metadata"].get("deletionTimestamp"))
            if ending and self._finalized(address, kept):
                return True
            if owners and not ending and all(_gone(owner, live, address) for owner in owners):
                remove_gracefully(self.store, address)
                return True
        return False

    def _finalized(self, address: Address, owner: Object) -> bool:
        finalizers = owner["metadata"].get("finalizers") or []
        uid = owner["metadata"]["uid"]
        dependents = [
            (each, kept)
            for each, kept in self.store.everything()
            if any(ref["uid"] == uid for ref in kept["metadata"].get("ownerReferences") or [])
        ]
        if ORPHAN in finalizers:
            for each, _ in dependents:
                self._let_go(each, uid)
            unfinalize(self.store, address, ORPHAN)
            return True
        if FOREGROUND in finalizers:
            waiting = [
                each for each in dependents if not each[1]["metadata"].get("deletionTimestamp")
            ]
            if waiting:
                remove_gracefully(self.store, waiting[0][0])
                return True
            if not dependents:
                unfinalize(self.store, address, FOREGROUND)
                return True
        return False

    def _let_go(self, address: Address, uid: str) -> None:
        kept = self.store.get(address)
        assert kept is not None
        refs = [ref for ref in kept["metadata"]["ownerReferences"] if ref["uid"] != uid]
        kept["metadata"]["ownerReferences"] = refs
        if not refs:
            del kept["metadata"]["ownerReferences"]
        self.store.replace(address, kept)


def _gone(owner: Object, live: dict[str, Object], dependent: Address) -> bool:
    found = live.get(owner["uid"])
    if found is None or found["kind"] != owner["kind"]:
        return True
    if found["metadata"]["name"] != owner["name"]:
        return True
    return found["metadata"].get("namespace", "") not in ("", dependent[1])


def unfinalize(store: Store, address: Address, finalizer: str) -> None:
    """Take *finalizer* away; an object that was only kept by it goes."""
    kept = store.get(address)
    assert kept is not None
    left = [each for each in kept["metadata"].get("finalizers") or [] if each != finalizer]
    kept["metadata"]["finalizers"] = left
    if not left:
        del kept["metadata"]["finalizers"]
    store.replace(address, kept)
    if not left and kept["metadata"].get("deletionTimestamp"):
        store.remove(address)


def remove_gracefully(store: Store, address: Address, grace: int | None = None) -> Object:
    """What a delete does: at once, or once containers have ended and finalizers are done.

    Args:
        grace: Seconds that a pod's containers have; `None` for what the pod says.

    Returns:
        The object as it is left, or as it last was.
    """
    kept = store.get(address)
    assert kept is not None
    metadata = kept["metadata"]
    seconds = _grace(kept, grace) if kept["kind"] == "Pod" else 0
    if not seconds and not metadata.get("finalizers"):
        return store.remove(address)
    earlier = metadata.get("deletionGracePeriodSeconds")
    if not metadata.get("deletionTimestamp") or (earlier or 0) > seconds:
        metadata["deletionTimestamp"] = instant(store.clock() + seconds * SECOND)
        metadata["deletionGracePeriodSeconds"] = seconds
        return store.replace(address, kept)
    return kept


def _grace(pod: Object, asked: int | None) -> int:
    """A pod that no node has, or whose containers have ended, needs none."""
    ended = pod.get("status", {}).get("phase") in ("Succeeded", "Failed")
    if ended or not pod["spec"].get("nodeName"):
        return 0
    return int(pod["spec"].get("terminationGracePeriodSeconds", 30) if asked is None else asked)
