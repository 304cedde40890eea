"""What must hold of all that happened in a cluster, from its first call to its last."""

import json
from collections.abc import Iterator

from support import laws
from support.cluster_chaos import Trouble
from support.cluster_requests import DOOMED_START
from support.cluster_world import ClusterWorld, services_written
from support.kubernetes import jobs, resources
from support.kubernetes.cluster import BUILDS
from support.kubernetes.store import Change
from support.planted import FOLDER, HOST, PASSWORD
from support.world import IMAGES, PREFIX, SECOND, World, hold

from knative_lambda.adapters.knative.sight import key_of
from knative_lambda.domain import labels, names
from knative_lambda.domain.ids import FunctionId, request_id
from knative_lambda.domain.keys import Key
from knative_lambda.domain.record import Build, Desired, DesiredKind, Phase, Record
from knative_lambda.domain.rejection import Rejection
from knative_lambda.domain.settlement import Ack, Retry
from knative_lambda.ports import record_form

_JOBS, _RECORDS = resources.named("jobs"), resources.named("configmaps")
_SOON = 3 * SECOND  # far less than any build takes
_DESERVED = {Rejection.NO_TARGET, Rejection.IMAGE_REFUSED}
_LIMITS = ("allowed", "faster than they are taken")


def check_all(place: ClusterWorld, trouble: Trouble, view: World) -> None:
    """Every law, and that each outcome is true; *view* is of the end."""
    laws.check_law_1(view, set())
    laws.check_laws_3_and_4(view)
    laws.check_law_5(view, set())
    laws.check_law_8(view, set())
    laws.check_law_9(view)
    laws.check_law_10(view)
    laws.check_law_12(view)
    laws.check_law_13(view)
    pods = [pod["metadata"]["name"] for pod in place.cluster.objects("pods", BUILDS)]
    hold(9, not pods, f"pods: {pods}")
    _check_starts(view)
    _check_outcomes(trouble, view)
    _check_cancels(place, view)
    _check_desires(place)
    _check_writes(place, view)
    _check_told(place, view)
    _check_pressure(place)
    _check_jobs(place)
    _check_holding(place)


def _check_starts(view: World) -> None:
    """Laws 1 and 10: whatever is asked for is accepted, unless nobody could."""
    known = {build.id for _, build in laws.builds(view)}
    doomed = request_id("producer", DOOMED_START)
    for sent in view.sent:
        event = json.loads(sent.message.body)
        if event["type"] == f"{PREFIX}build.start":
            build = request_id(event["source"], event["id"])
            hold(1, (build in known) != (build == doomed), f"{event['id']} came to nothing")
    for kept in view.broker.dead_letters:
        event = json.loads(kept.message.body)
        deserved = kept.rejection in _DESERVED or (
            event["id"] == DOOMED_START and kept.rejection is Rejection.RETRIES_EXHAUSTED
        )
        hold(1, deserved, f"{event['id']}: {kept.rejection}: {kept.detail}")


def _check_outcomes(trouble: Trouble, view: World) -> None:
    """Laws 1 and 6: a build is complete if it has pushed, and failed only if something failed."""
    for record, build in laws.builds(view):
        job = names.job(record.function, build.id)
        if build.phase is Phase.COMPLETE and not (build.outcome and build.outcome.cached):
            hold(6, job in trouble.succeeds, f"{job} has failed, and is told complete")
        if build.phase is Phase.FAILED and job in trouble.succeeds - trouble.harmed:
            hold(1, False, f"{job} has pushed, and is told failed: {build.outcome}")  # noqa: FBT003 - the end of a sentence


def _check_cancels(place: ClusterWorld, view: World) -> None:
    """Law 4: once a cancel is handled, its build ends no other way."""
    known = {build.id: build for _, build in laws.builds(view)}
    for held in place.chances.holdups.held:
        event = json.loads(held.delivery.message.body)
        if event["type"] != f"{PREFIX}build.cancel" or held.settlement != Ack():
            continue
        build = known.get(event["data"]["build_id"])
        hold(4, build is not None, f"{event['id']} was handled, and is forgotten")
        assert build is not None
        assert build.outcome is not None
        late = build.outcome.ended_at <= held.span[1]
        hold(4, build.phase is Phase.CANCELLED or late, f"{event['id']}: {build}")


def _check_desires(place: ClusterWorld) -> None:
    """Laws 3 and 4 at every write of a record: what is desired only gives way to what is newer."""
    newest: dict[str, Desired] = {}
    for change in place.cluster.store.changes:
        if change.address[0] == _RECORDS and not change.removed:
            desired = record_form.load(change.after["data"]["record"]).desired
            before = newest.get(change.address[2])
            law = 4 if before is not None and before.kind is DesiredKind.DELETED else 3
            hold(law, before is None or _follows(desired, before), f"{before} became {desired}")
            if desired is not None:
                newest[change.address[2]] = desired


def _follows(desired: Desired | None, before: Desired) -> bool:
    return desired is not None and desired.key >= before.key


def _check_writes(place: ClusterWorld, view: World) -> None:
    """Laws 3, 6, 8 and 12 at every write of a Service."""
    complete = {
        build.id: (record, build)
        for record, build in laws.builds(view)
        if build.phase is Phase.COMPLETE
    }
    newest: dict[str, Key] = {}
    for service in services_written(place.cluster):
        metadata = service["metadata"]
        key, uid, build = key_of(service), metadata["uid"], metadata["labels"][labels.BUILD]
        assert key is not None
        hold(6, build in complete, f"{metadata} is served")
        hold(3, key >= newest.setdefault(uid, key), f"{metadata['name']} goes back to {key}")
        newest[uid] = key
        function = FunctionId(
            metadata["labels"][labels.THIRD_PARTY], metadata["labels"][labels.PARSER]
        )
        hold(12, metadata["name"] == names.service(function), f"{metadata['name']} is shared")
        image = service["spec"]["template"]["spec"]["containers"][0]["image"]
        hold(8, image == _pulled(view, *complete[build]), f"{function} is served by {image}")


def _pulled(view: World, record: Record, build: Build) -> str:
    """What may be served of *build*: its own image, by the digest that the registry has."""
    image = build.image or ""
    hold(8, IMAGES.is_of(record.function, image), f"{image} of {record.function}")
    return IMAGES.pulled(image, view.registry._digests[image])


def _check_told(place: ClusterWorld, view: World) -> None:
    """Law 7: no event of ours says anything of what lies behind us."""
    inner = (PASSWORD, HOST, FOLDER, BUILDS, place.cluster.url, str(place.sidecars.folder))
    for message in view.published:
        said = f"{message.headers} {message.body.decode()}"
        told = [word for word in inner if word in said]
        hold(7, not told, f"{told} in {said}")


def _check_pressure(place: ClusterWorld) -> None:
    """Law 10: to wait for a limit is no failure."""
    for held in place.chances.holdups.held:
        if isinstance(held.settlement, Retry):
            counted = any(words in held.settlement.cause for words in _LIMITS)
            hold(10, not counted, f"counted as a failure: {held.settlement.cause}")


def _check_jobs(place: ClusterWorld) -> None:
    """Law 12: a Job is named for its build, and each has but one."""
    for change in _made(place):
        borne = change.after["metadata"]["labels"]
        function = FunctionId(borne[labels.THIRD_PARTY], borne[labels.PARSER])
        own = names.job(function, borne[labels.BUILD])
        hold(12, change.address[2] == own, f"{change.address[2]} is not {own}")


def _made(place: ClusterWorld) -> Iterator[Change]:
    changes = place.cluster.store.changes
    return (each for each in changes if each.address[0] == _JOBS and each.before is None)


def _check_holding(place: ClusterWorld) -> None:
    """Law 11: whoever has made a Job does not wait for it."""
    began = {
        each.after["metadata"]["labels"][labels.BUILD]: each for each in reversed([*_made(place)])
    }
    ended = {
        each.after["metadata"]["uid"]: each.at
        for each in reversed(place.cluster.store.changes)
        if each.address[0] == _JOBS and (each.removed or jobs.finished(each.after))
    }
    for held in place.chances.holdups.held:
        event = json.loads(held.delivery.message.body)
        job = began.get(request_id(event["source"], event["id"]))
        if job is not None and job.at >= held.span[0]:
            idle = held.idle((job.at, ended[job.after["metadata"]["uid"]]))
            hold(11, idle < _SOON, f"{event['id']} was held for {idle / SECOND} s of its build")
