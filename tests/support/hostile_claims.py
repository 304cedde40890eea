"""Requests for what belongs to somebody else, a few of each class; who asks is acme's hello."""

import gzip
import hashlib
from collections.abc import Callable, Mapping

import attrs
from support import careless_lookup as careless
from support.careless_rendering import Harm
from support.hostile_requests import SECRET, URL, Place, Refusal, Request, invalid
from support.source_archives import tar_gz

from knative_lambda.adapters.uploads.address import url_of
from knative_lambda.domain import names
from knative_lambda.domain.failures import Reason
from knative_lambda.domain.ids import FunctionId, request_id
from knative_lambda.domain.rejection import Rejection

OWN, OTHER = FunctionId("acme", "hello"), FunctionId("other", "hello")
SENDER = "producer"  # of all events
DEPLOYED, RUNNING = (request_id(SENDER, event) for event in ("deployed", "running"))  # of OTHER

BUCKETS = ("sources/t/{third_party_id}", "contexts")  # as an operator may allow them
CONTEXTS = "contexts"
_NO_BUCKET = Refusal(Reason.SOURCE_UNAUTHORIZED, "is in no bucket, or in no folder of one")
_TOP = "s3://sources/t/"

OBJECTS = [
    Request(
        "another tenant's object",
        URL,
        f"{_TOP}other/x.zip",
        careless.lookup({f"{_TOP}other/x.zip": "other"}, _TOP),
        _NO_BUCKET,
    ),
    Request(
        "another tenant's object",
        URL,
        f"{_TOP}acme-labs/x.zip",
        careless.lookup({f"{_TOP}acme-labs/x.zip": "acme-labs"}, f"{_TOP}acme"),
        _NO_BUCKET,
    ),
    Request(
        "another tenant's object",
        URL,
        f"{_TOP}acme/../other/x.zip",
        careless.lookup(
            {careless.normalized(f"{_TOP}other/x.zip"): "other"},
            f"{_TOP}acme/",
            careless.normalized,
        ),
        Refusal(Reason.SOURCE_REJECTED, "without empty parts, '.' and '..'"),
    ),
    Request(
        "another tenant's object",
        URL,
        "s3://backups/t/acme/x.zip",
        careless.lookup({"s3://backups/t/acme/x.zip": "the operator"}, "s3://"),
        _NO_BUCKET,
    ),
    *(
        Request(
            "object in the bucket of contexts",
            URL,
            f"s3://{CONTEXTS}/{key}",
            careless.lookup({f"s3://{CONTEXTS}/{key}": "other"}, f"s3://{CONTEXTS}"),
            _NO_BUCKET,
        )
        for key in (f"build-context/{names.slug(OTHER)}/x.tar.gz", "uploads/x/y.tar.gz")
    ),
]

# Of each function that has uploaded something: the archive.
UPLOADS = {
    owner: gzip.compress(gzip.decompress(tar_gz({"index.js": f"// of {owner}"})), mtime=0)
    for owner in (
        OTHER,
        FunctionId("acme", "payments"),
        FunctionId("acme-b", "c"),
        FunctionId("Acme", "hello"),
    )
}
_URLS = {owner: url_of(hashlib.sha256(archive).hexdigest()) for owner, archive in UPLOADS.items()}


def _asked_by(asked: FunctionId) -> Place:
    return attrs.evolve(URL, data=lambda value: {"source_url": value, "parser_id": asked.parser_id})


UPLOADED = [
    Request(
        "another function's upload",
        _asked_by(asked),
        _URLS[owner],
        careless.upload(_URLS, asked, key),
        Refusal(Reason.SOURCE_NOT_FOUND, "was not uploaded for this function"),
    )
    for owner, asked, key in (
        (OTHER, OWN, careless.by_hash),
        (FunctionId("acme", "payments"), OWN, careless.by_tenant),
        (FunctionId("acme-b", "c"), FunctionId("acme", "b-c"), careless.by_joined_ids),
        (FunctionId("Acme", "hello"), OWN, careless.by_joined_ids),
    )
]

_SERVICE = names.service(OWN)
SECRETS = [
    Request(
        "another function's Secret",
        SECRET,
        name,
        harms,
        invalid(f"secrets.*begins with {_SERVICE}"),
    )
    for name, harms in (
        ("broker", careless.lookup({"broker": "the operator"}, "")),
        (
            names.service(FunctionId("acme", "payments")),
            careless.lookup(
                {names.service(FunctionId("acme", "payments")): "payments"}, "lambda-acme"
            ),
        ),
        (f"{_SERVICE}2", careless.lookup({f"{_SERVICE}2": "other"}, _SERVICE)),
        (
            f"{_SERVICE}/../broker",
            careless.lookup({"broker": "the operator"}, _SERVICE, careless.normalized),
        ),
    )
]


_OWN_EVENTS = {"source": names.tenant_source("acme")}
_TRIGGER = {"type": "order.placed", **_OWN_EVENTS}


def _trigger(with_value: Callable[[str], Mapping[str, str]], plain: str = "x") -> Place:
    return Place(
        "function.triggers",
        lambda value: {"function": {"triggers": [with_value(value)]}},
        plain,
    )


def _gets(place: Place, **event: str) -> Harm:
    """Whether a function whose Trigger has the value gets *event*."""
    passes = careless.filtered(event)
    return lambda value, _box: passes(place.data(value)["function"]["triggers"][0])


_SOURCE = _trigger(lambda value: {**_TRIGGER, "source": value})
_TYPE = _trigger(lambda value: {**_TRIGGER, "type": value})
_ATTRIBUTE = _trigger(lambda value: {**_OWN_EVENTS, value: "x"}, "type")
EVENTS = [
    *(
        Request(
            "another tenant's events",
            _SOURCE,
            source,
            _gets(_SOURCE, type="order.placed", source=names.tenant_source("other")),
            invalid(rule),
        )
        for source, rule in (
            (names.tenant_source("other"), "belongs to another tenant"),
            ("", "must be visible ASCII without spaces, not empty"),
        )
    ),
    *(
        Request(
            "events of every type",
            place,
            value,
            _gets(place, type="order.paid", subject="x", **_OWN_EVENTS),
            invalid("must select by type"),
        )
        for place, value in ((_TYPE, ""), (_ATTRIBUTE, "subject"))
    ),
]


def _completed(build_id: str | None) -> Place:
    said = {"status": "success", "build_id": build_id}
    return Place("image_uri", lambda value: {**said, "image_uri": value})


_REPOSITORY = "registry.test/lambda"
IMAGES = [
    Request("another function's image", place, image, harms, refusal, "build.complete")
    for place, image, harms, refusal in (
        (
            _completed("a" * 32),
            f"{_REPOSITORY}/{names.slug(OTHER)}:1",
            careless.lookup({f"{_REPOSITORY}/{names.slug(OTHER)}:1": "other"}, "registry.test/"),
            Refusal(Rejection.IMAGE_REFUSED, "must lie in this function's repository"),
        ),
        (
            _completed(None),
            "registry.test.elsewhere.test/x:1",
            careless.lookup({"registry.test.elsewhere.test/x:1": "elsewhere"}, "registry.test"),
            Refusal(Rejection.IMAGE_REFUSED, "must lie in this function's repository"),
        ),
        (
            _completed("a" * 32),
            f"{_REPOSITORY}/{names.slug(OWN)}/../{names.slug(OTHER)}:1",
            careless.lookup(
                {f"{_REPOSITORY}/{names.slug(OTHER)}:1": "other"},
                f"{_REPOSITORY}/{names.slug(OWN)}/",
                careless.normalized,
            ),
            invalid("image_uri: .*must be an image"),
        ),
    )
]

_JOB = names.job(OTHER, RUNNING)
BUILDS = [
    Request(
        "another function's build",
        Place("job_name", lambda value: {"job_name": value}),
        _JOB,
        careless.lookup({_JOB: "other"}, ""),
        Refusal(Rejection.UNKNOWN_BUILD, "no build of this function has that Job"),
        "build.cancel",
    ),
    Request(
        "another function's build",
        Place("build_id", lambda value: {"build_id": value}),
        RUNNING,
        careless.lookup({RUNNING: "other"}, ""),
        None,  # it may overtake a start of the sender's own
        "build.cancel",
    ),
    Request(
        "another function's build",
        Place("to", lambda value: {"to": value}),
        DEPLOYED,
        careless.lookup({DEPLOYED: "other"}, ""),
        Refusal(Rejection.NO_TARGET, "no complete build of this function"),
        "service.rollback",
    ),
]

CLAIMS = [*OBJECTS, *UPLOADED, *SECRETS, *EVENTS, *IMAGES, *BUILDS]


@attrs.frozen
class Pair:
    """Two functions of two names that many programs make one of."""

    one: FunctionId
    other: FunctionId
    kind: str = "one name for two functions"

    def __str__(self) -> str:
        return f"{self.kind}: {self.one.third_party_id}"


PAIRS = [
    Pair(FunctionId(*one), FunctionId(*other))
    for one, other in (
        (("acme", "a_b"), ("acme", "a-b")),
        (("Acme", "hello"), ("acme", "hello")),
        (("a-b", "c"), ("a", "b-c")),
        (("long" * 12, "a" * 10), ("long" * 12, "a" * 9 + "b")),
    )
]
