"""What must hold of a world at rest: one check a law, each raising `LawBrokenError`."""

import json
from collections import defaultdict

from support.world import IMAGES, PREFIX, World, hold

from knative_lambda.domain import names
from knative_lambda.domain.ids import request_id
from knative_lambda.domain.images import without_version
from knative_lambda.domain.keys import Key
from knative_lambda.domain.record import Build, Desired, DesiredKind, OperationKind, Phase, Record
from knative_lambda.domain.rejection import Rejection
from knative_lambda.domain.strategy import Strategy
from knative_lambda.ports import record_form
from knative_lambda.ports.event_source import Message

_OUTCOMES = {
    f"{PREFIX}build.{phase.value}": phase
    for phase in (Phase.COMPLETE, Phase.FAILED, Phase.CANCELLED, Phase.SUPERSEDED)
}


def records(world: World) -> list[Record]:
    """All records."""
    return [record_form.load(text) for text, _ in world.records._stored.values()]


def builds(world: World) -> list[tuple[Record, Build]]:
    """All builds, with their records."""
    return [(record, build) for record in records(world) for build in record.builds.values()]


def check_law_1(world: World, outside: set[str]) -> None:
    """Every accepted start has exactly one outcome; *outside* builders speak for themselves."""
    said: dict[tuple[object, ...], set[bytes]] = defaultdict(set)
    kinds: dict[tuple[object, ...], Phase] = {}
    for message in world.published:
        kind = _OUTCOMES.get(str(message.headers["type"]))
        if kind is not None:
            end = tuple(message.headers[name] for name in ("source", "subject", "id"))
            said[end].add(message.body)
            kinds[end] = kind
    known = set()
    for record, build in builds(world):
        third_party, parser = record.function.third_party_id, record.function.parser_id
        end = (names.tenant_source(third_party), parser, names.event(build.id, "outcome"))
        known.add(end)
        hold(1, build.phase is not Phase.OPEN, f"{build.id} has no outcome")
        hold(1, build.settled, f"{build.id} is not settled")
        if build.id not in outside:
            hold(1, len(said[end]) == 1, f"{build.id} has outcomes {said[end]}")
            hold(1, kinds[end] is build.phase, f"{build.id}: {kinds[end]}, {build.phase}")
    hold(1, set(said) <= known, f"outcomes of builds nobody accepted: {set(said) - known}")


def check_law_1_for_starts(world: World, outside: set[str]) -> None:
    """Nobody sees that an image was put together before its build has started."""
    seen = [
        (str(m.headers["source"]), m.headers["subject"], m.headers["id"]) for m in world.published
    ]
    for record, build in builds(world):
        if build.strategy is not Strategy.APPEND or build.id in outside:
            continue
        if build.phase is Phase.COMPLETE:
            tenant, parser = record.function.third_party_id, record.function.parser_id
            said = [
                (names.tenant_source(tenant), parser, names.event(build.id, end))
                for end in ("started", "outcome")
            ]
            hold(1, all(one in seen for one in said), f"{build.id} was not told of as a whole")
            hold(1, seen.index(said[0]) < seen.index(said[1]), f"{build.id} ended before it began")


def check_no_job_for_what_was_appended(world: World) -> None:
    """What was put together is not built besides."""
    for record, build in builds(world):
        if build.strategy is Strategy.APPEND:
            job = names.job(record.function, build.id)
            hold(5, job not in world.runner.started, f"{build.id} is appended, yet has a Job")


def snapshot(world: World) -> object:
    """Everything a repeat must not change."""
    return (
        {slug: text for slug, (text, _) in world.records._stored.items()},
        dict(world.deployer.specs),
        {name: dict(world.deployer.triggers(name)) for name in world.deployer.specs},
        sorted(world.runner.started),
        sorted({message.body for message in world.published}),
        dict(world.registry._digests),
        set(world.assembler._kept),
        {key: kept for key, (kept, _) in world.contexts._stored.items()},
    )


def wanted(record: Record) -> tuple[Key, DesiredKind, str | None] | None:
    """What should be served, by the keys of all requests alone: laws 3 and 4 in one line each."""
    deployed = [
        (build.key, DesiredKind.DEPLOYED, build.id)
        for build in record.builds.values()
        if build.phase is Phase.COMPLETE
    ]
    operated: list[tuple[Key, DesiredKind, str | None]] = [
        (
            operation.key,
            DesiredKind.DELETED if operation.kind is OperationKind.DELETE else DesiredKind.DEPLOYED,
            operation.target,
        )
        for operation in record.operations.values()
        if operation.kind is OperationKind.DELETE or operation.target is not None
    ]
    return max([*deployed, *operated], key=lambda choice: choice[0], default=None)


def _told(desired: Desired | None) -> tuple[Key, DesiredKind, str | None] | None:
    return (desired.key, desired.kind, desired.build) if desired is not None else None


def check_laws_3_and_4(world: World) -> None:
    """The newest successful build is served, unless a newer delete or rollback says otherwise."""
    for record in records(world):
        expected, desired = wanted(record), record.desired
        law = 4 if expected is not None and expected[2] not in record.builds else 3
        if expected is not None and any(o.key == expected[0] for o in record.operations.values()):
            law = 4
        hold(law, _told(desired) == expected, f"{_told(desired)} is desired, not {expected}")
        name = names.service(record.function)
        service, spec = world.deployer._seen.get(name), world.deployer.specs.get(name)
        if desired is None or desired.kind is DesiredKind.DELETED:
            hold(4, service is None, f"{name} is back: {service}")
            continue
        hold(3, spec is not None and service is not None, f"{name} is not served")
        assert spec is not None
        hold(3, spec.key == desired.key, f"{spec} is served, not {desired}")
        wanted_triggers = desired.config.triggers if desired.config else ()
        triggers = {frozenset(trigger.attributes) for trigger in wanted_triggers}
        bound = {frozenset(attributes) for attributes in world.deployer.triggers(name).values()}
        hold(3, bound == triggers, f"{name} has Triggers {bound}, not {triggers}")


def check_law_5(world: World, late: set[str]) -> None:
    """What the registry had before a start was sent is not built again, unless forced.

    Of a build that was told *late*, the look at the registry lies before its start was sent.
    """
    by_id: dict[str, tuple[int, bool]] = {}
    for sent in world.sent:
        event = json.loads(sent.message.body)
        if event["type"] == f"{PREFIX}build.start" and event["id"] is not None:
            forced = bool(event["data"].get("force"))
            build_id = request_id(event["source"], event["id"])
            step, was_forced = by_id.get(build_id, (sent.step, False))
            by_id[build_id] = (step, forced or was_forced)
    for record, build in builds(world):
        job = names.job(record.function, build.id)
        if build.outcome is not None and build.outcome.cached:
            hold(5, job not in world.runner.started, f"{build.id} is cached, yet has a Job")
        step, forced = by_id.get(build.id, (0, True))
        known = build.image is not None and world.pushed.get(build.image, step) < step
        if known and not forced and build.id not in late:
            hold(5, job not in world.runner.started, f"{build.image} was built again")


def check_law_8(world: World, outside: set[str]) -> None:
    """Each function is served by the digest the registry gives, and from its own repository.

    An image that an *outside* builder names may lie elsewhere in our registry.
    """
    for spec in world.deployer.specs.values():
        assert spec is not None
        _, _, digest = spec.image.partition("@")
        hold(8, digest in world.registry._digests.values(), f"{spec.image} was never pushed")
        own = IMAGES.repository(spec.function) in spec.image or spec.build_id in outside
        hold(8, own, f"{spec.image} is another function's")


def check_law_9_for_contexts(world: World) -> None:
    """Of what is in the store, only logs stay for days."""
    contexts = [key for key in world.contexts._stored if not names.is_log(key)]
    hold(9, not contexts, f"contexts: {contexts}")


def check_law_9(world: World) -> None:
    """Nothing is left behind."""
    hold(9, not world.contexts._stored, f"contexts and logs: {list(world.contexts._stored)}")
    hold(9, not world.runner._jobs, f"Jobs: {list(world.runner._jobs)}")
    hold(9, not world.broker.in_flight, f"in flight: {world.broker.in_flight}")
    hold(9, not world.broker.ready and not world.broker.delayed, "the queue is not empty")
    served = {names.service(record.function) for record in records(world)}
    hold(9, set(world.deployer.specs) <= served, "Services without a record")


def check_law_10(world: World) -> None:
    """What was over a limit has waited, and nothing else."""
    for kept in world.broker.dead_letters:
        hold(10, "allowed" not in kept.detail, f"{kept.detail}: dropped")
    internal = [k for k in world.broker.dead_letters if k.rejection is Rejection.INTERNAL]
    hold(10, not internal, f"bugs: {internal}")


def check_law_12(world: World) -> None:
    """No two functions share a Service, a Job, a repository or a folder."""
    owners: dict[str, str] = {}
    for spec in world.deployer.specs.values():
        assert spec is not None
        owner = f"{spec.function.third_party_id}\0{spec.function.parser_id}"
        hold(12, owners.setdefault(spec.name, owner) == owner, f"{spec.name} is shared")


def check_law_13(world: World) -> None:
    """No function gets what belongs to another tenant."""
    for spec in world.deployer.specs.values():
        assert spec is not None
        own = names.tenant_source(spec.function.third_party_id)
        for attributes in world.deployer.triggers(spec.name).values():
            hold(13, dict(attributes)["source"] == own, f"{spec.name} gets {attributes}")


def check_kept_layers(world: World) -> None:
    """What is kept of a function's build is kept in that function's repository, and used there."""
    own = {
        (f"{IMAGES.registry}/{IMAGES.repository(record.function)}", build.content.kept)
        for record, build in builds(world)
        if build.phase is Phase.COMPLETE and build.strategy is Strategy.KANIKO and build.content
    }
    kept = world.assembler._kept
    hold(13, kept <= own, f"kept: {kept - own}")
    for spec in world.assembler.specs:
        layer = (without_version(spec.image), spec.kept)
        hold(13, spec.kept is None or layer in own, f"{spec.image} has a strange layer")


def at_rest(world: World, outside: set[str], late: set[str]) -> None:
    """All laws that can be seen in a world at rest."""
    check_law_1(world, outside)
    check_law_1_for_starts(world, outside)
    check_no_job_for_what_was_appended(world)
    check_kept_layers(world)
    check_laws_3_and_4(world)
    check_law_5(world, late)
    check_law_8(world, outside)
    check_law_9(world)
    check_law_10(world)
    check_law_12(world)
    check_law_13(world)


def was_acknowledged(world: World, message: Message) -> bool:
    """Whether *message* ended well: a dead letter may well do something when it is sent again."""
    return all(kept.message is not message for kept in world.broker.dead_letters)
