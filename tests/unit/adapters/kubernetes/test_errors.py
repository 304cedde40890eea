"""What each refusal of a Kubernetes API means to who asked."""

import pytest

from knative_lambda.adapters.kubernetes.api import Refusal
from knative_lambda.adapters.kubernetes.errors import Asked, meaning
from knative_lambda.domain.errors import (
    BuilderError,
    ConflictError,
    OverLimitError,
    PermanentError,
    SetupError,
    TransientError,
)

CREATE = Asked("create", "jobs.batch", "builds", "b")
UPDATE = Asked("update", "configmaps", "builds", "c")
RBAC = (
    'jobs.batch is forbidden: User "system:serviceaccount:x:y" cannot create resource "jobs" in '
    'API group "batch" in the namespace "builds"'
)
QUOTA = (
    'jobs.batch "b" is forbidden: exceeded quota: q, requested: count/jobs.batch=1, used: '
    "count/jobs.batch=50, limited: count/jobs.batch=50"
)
WEBHOOK = (
    'Internal error occurred: failed calling webhook "w": failed to call webhook: Post '
    '"https://w.svc:443/?timeout=10s": context deadline exceeded'
)
POLICY = (
    "jobs.batch \"b\" is forbidden: ValidatingAdmissionPolicy 'p' with binding 'q' denied request: "
    "it cannot be"
)


@pytest.mark.parametrize(
    ("refusal", "kind"),
    [
        (Refusal(400, "BadRequest", 'admission webhook "w" denied the request'), PermanentError),
        (Refusal(401, "Unauthorized", "Unauthorized"), SetupError),
        (Refusal(403, "Forbidden", RBAC), SetupError),
        (Refusal(403, "Forbidden", QUOTA), OverLimitError),
        (Refusal(403, "Forbidden", "violates PodSecurity"), SetupError),
        (Refusal(403, "Forbidden", 'admission webhook "w" denied the request: no'), PermanentError),
        (Refusal(403, "Forbidden", POLICY), PermanentError),
        (Refusal(404, "NotFound", 'namespaces "builds" not found'), SetupError),
        (Refusal(405, "MethodNotAllowed"), SetupError),
        (Refusal(408), TransientError),
        (Refusal(409, "AlreadyExists"), ConflictError),
        (Refusal(410, "Expired"), TransientError),
        (Refusal(413, "RequestEntityTooLarge"), PermanentError),
        (Refusal(422, "Invalid"), PermanentError),
        (Refusal(429, "TooManyRequests"), TransientError),
        (Refusal(500, "InternalError", "etcdserver: leader changed"), TransientError),
        (Refusal(500, "InternalError", WEBHOOK), TransientError),
        (Refusal(500, "", ".spec.x: field not declared in schema"), PermanentError),
        (Refusal(500, "", "etcdserver: request is too large"), PermanentError),
        (Refusal(502), TransientError),
        (Refusal(503, "ServiceUnavailable"), TransientError),
        (Refusal(504, "Timeout"), TransientError),
        (Refusal(505), SetupError),
    ],
    ids=str,
)
def test_each_refusal_has_a_meaning(refusal: Refusal, kind: type[BuilderError]) -> None:
    assert type(meaning(refusal, CREATE)) is kind


def test_who_writes_over_another_version_must_look_again() -> None:
    assert type(meaning(Refusal(409, "Conflict"), UPDATE)) is ConflictError


def test_a_test_of_a_patch_that_fails_means_another_world() -> None:
    said = "the server rejected our request due to an error in our request"
    patch = Asked("patch", "configmaps", "builds", "c")
    assert type(meaning(Refusal(422, "Invalid", said), patch)) is ConflictError
    assert type(meaning(Refusal(422, "Invalid", said), UPDATE)) is PermanentError


def test_what_counts_a_quota_while_something_is_made_is_no_conflict_of_ours() -> None:
    busy = Refusal(409, "Conflict", 'Operation cannot be fulfilled on resourcequotas "q"')
    assert type(meaning(busy, CREATE)) is TransientError


def test_a_missing_permission_is_told_with_what_needs_it() -> None:
    told = str(meaning(Refusal(403, "Forbidden", RBAC), CREATE))
    assert told.startswith(
        "create jobs.batch b in the namespace builds: not permitted: give the Service"
    )
    assert 'cannot create resource "jobs"' in told


def test_what_answers_404_without_a_word_may_be_no_kubernetes_api() -> None:
    assert str(meaning(Refusal(404), CREATE)) == (
        f"{CREATE}: there is no such kind of object: see the address of the Kubernetes API"
    )


def test_whoever_else_forbids_something_is_quoted_and_no_role_is_asked_for() -> None:
    told = str(meaning(Refusal(403, "Forbidden", "a namespace that ends cannot take it"), CREATE))
    assert "Role" not in told
    assert "a namespace that ends cannot take it" in told
