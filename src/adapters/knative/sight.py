"""What an object in the cluster says of itself: whose it is, and whether it serves."""

import attrs

from knative_lambda.adapters.knative.readable import readable
from knative_lambda.adapters.kubernetes.objects import Object
from knative_lambda.domain import labels
from knative_lambda.domain.errors import TransientError
from knative_lambda.domain.keys import Key
from knative_lambda.ports.service_deployer import Service


@attrs.frozen(kw_only=True)
class Written(Service):
    """A Service that was just written.

    Attributes:
        over: The key that it had before; `None` for one that was made.
    """

    over: Key | None


def key_of(found: Object) -> Key | None:
    """Which desire the object was written for; `None` if it is not ours."""
    return labels.load_key((found["metadata"].get("annotations") or {}).get(labels.KEY))


def owner_of(found: Object) -> str | None:
    """The uid of the object that this one belongs to."""
    references = found["metadata"].get("ownerReferences")
    return str(references[0]["uid"]) if references else None


def staying(found: Object, what: str) -> None:
    """See that nobody is deleting the object: what is written to it would go with it.

    Raises:
        TransientError: Somebody is.
    """
    if found["metadata"].get("deletionTimestamp"):
        raise TransientError(f"{what} is still being deleted; once it is gone it can be made anew")


def service_of(found: Object) -> Service:
    """The Service as it is.

    Raises:
        TransientError: It is being deleted.
    """
    metadata = found["metadata"]
    staying(found, f"the Service {metadata['name']}")
    ready, message = condition_of(found, "the function is being started")
    return Service(
        name=metadata["name"],
        uid=metadata["uid"],
        version=metadata["resourceVersion"],
        key=key_of(found),
        ready=ready,
        url=(found.get("status") or {}).get("url"),
        message=message,
    )


def condition_of(found: Object, otherwise: str) -> tuple[bool, str]:
    """Whether Knative says that the object is ready as it is now; and if not, why.

    *otherwise* is what is said while nothing is known.
    """
    status = found.get("status") or {}
    if status.get("observedGeneration") != found["metadata"].get("generation"):
        return False, otherwise
    conditions = {each["type"]: each for each in status.get("conditions") or ()}
    verdict = conditions.get("Ready", {})
    if verdict.get("status") == "True":
        return True, ""
    said = verdict.get("message") or verdict.get("reason")
    return False, readable(said) if said else otherwise


def written(found: Object, over: Key | None) -> Written:
    """The Service as the API gave it back.

    Raises:
        TransientError: It is being deleted.
    """
    return Written(**attrs.asdict(service_of(found), recurse=False), over=over)
