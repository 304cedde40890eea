"""What S3 says when it does not do what it is asked, and what we make of it."""

from collections.abc import Callable

import pytest
from contracts.context_store import KEY
from support.moto import Moto
from support.s3_bucket import BackDoor
from support.s3_gate import Call, Refusal, S3Gate

from knative_lambda.adapters.s3.context_store import S3ContextStore
from knative_lambda.domain.errors import BuilderError, SetupError, TransientError

LARGE = [bytes([number]) * 1_000_003 for number in range(20)]
TOKEN = "the-token-of-a-session"  # noqa: S105 - nobody takes it


def once(refusal: Refusal, name: str) -> Callable[[Call], Refusal | None]:
    """Refuses the first call of that *name*."""
    left = [refusal]
    return lambda call: left.pop() if left and call.name == name else None


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize(
    "refusal",
    [
        Refusal(503, "SlowDown"),
        Refusal(503, "ServiceUnavailable"),
        Refusal(500, "InternalError"),
        Refusal(400, "RequestTimeout"),
        Refusal(502),
    ],
    ids=str,
)
async def test_what_s3_does_later_is_asked_again_at_once(
    store: S3ContextStore, gate: S3Gate, bucket: BackDoor, refusal: Refusal
) -> None:
    gate.refuse = once(refusal, "PUT")
    assert await store.put(KEY, [b"content"])
    assert gate.names == ["HEAD", "PUT", "PUT"]
    assert await bucket.stored() == {KEY: b"content"}


@pytest.mark.usefixtures("impatient")
async def test_a_part_that_s3_takes_later_is_sent_again(
    store: S3ContextStore, gate: S3Gate, bucket: BackDoor
) -> None:
    gate.refuse = once(Refusal(503, "SlowDown"), "PUT partNumber")
    assert await store.put(KEY, LARGE)
    assert await bucket.stored() == {KEY: b"".join(LARGE)}


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize(
    "refusal",
    [
        Refusal(503, "SlowDown"),
        Refusal(500, "InternalError"),
        Refusal(502),
        Refusal(429),
        Refusal(409, "ConditionalRequestConflict"),
        Refusal(409, "OperationAborted"),
        Refusal(400, "BadDigest"),
    ],
    ids=str,
)
async def test_what_s3_may_do_later_is_transient(
    store: S3ContextStore, gate: S3Gate, refusal: Refusal
) -> None:
    gate.refuse = lambda call: refusal if call.name == "PUT" else None
    with pytest.raises(TransientError, match=str(refusal.code or refusal.status)):
        await store.put(KEY, [b"content"])
    assert gate.names.count("PUT") <= 4


@pytest.mark.parametrize(
    ("call", "refusal", "mend"),
    [
        ("PUT", Refusal(403, "AccessDenied"), "permit s3:PutObject"),
        ("PUT", Refusal(403, "InvalidAccessKeyId"), "see the role or the keys"),
        ("PUT", Refusal(403, "SignatureDoesNotMatch"), "see the role or the keys"),
        ("PUT", Refusal(403, "RequestTimeTooSkewed"), "its clock"),
        ("PUT", Refusal(400, "ExpiredToken"), "see the role or the keys"),
        ("PUT", Refusal(400, "InvalidToken"), "see the role or the keys"),
        ("PUT", Refusal(400, "InvalidRequest", "it was odd"), "answered InvalidRequest.*odd"),
        ("PUT", Refusal(405, "MethodNotAllowed"), "answered MethodNotAllowed"),
        ("PUT", Refusal(404), "answer 404: see AWS_ENDPOINT_URL_S3"),
        ("HEAD", Refusal(403), "permit s3:GetObject and s3:ListBucket"),
        ("HEAD", Refusal(400), "see AWS_REGION, the role"),
        ("HEAD", Refusal(301), "set AWS_REGION"),
        ("PUT", Refusal(301, "PermanentRedirect"), "set AWS_REGION"),
        ("PUT", Refusal(307, "TemporaryRedirect"), "set AWS_REGION"),
        ("PUT", Refusal(400, "AuthorizationHeaderMalformed"), "set AWS_REGION"),
        ("PUT", Refusal(400, "IllegalLocationConstraintException"), "set AWS_REGION"),
    ],
    ids=str,
)
async def test_what_a_person_must_mend_says_so(
    store: S3ContextStore, gate: S3Gate, call: str, refusal: Refusal, mend: str
) -> None:
    gate.refuse = lambda came: refusal if came.name == call else None
    with pytest.raises(SetupError, match=f"the bucket '{store.bucket}': .*{mend}"):
        await store.put(KEY, [b"content"])
    assert gate.names == (["HEAD"] if call == "HEAD" else ["HEAD", "PUT"])


@pytest.mark.parametrize(
    ("act", "call", "permission"),
    [
        (lambda store: store.list(), "GET list-type", "s3:ListBucket"),
        (lambda store: store.delete(KEY), "DELETE", "s3:DeleteObject"),
        (lambda store: store.fetch(KEY, 1), "GET", "s3:GetObject and s3:ListBucket"),
    ],
    ids=["list", "delete", "fetch"],
)
async def test_a_permission_that_is_missing_is_named(
    store: S3ContextStore,
    gate: S3Gate,
    act: Callable[[S3ContextStore], object],
    call: str,
    permission: str,
) -> None:
    gate.refuse = lambda came: Refusal(403, "AccessDenied") if came.name == call else None
    with pytest.raises(SetupError, match=f"permit {permission} to"):
        await act(store)  # type: ignore[misc] # both are awaitable


async def test_a_bucket_that_is_missing_is_to_be_made_or_named() -> None:
    store = S3ContextStore("nobody-has-made-this")
    with pytest.raises(SetupError, match="'nobody-has-made-this': it does not exist: make it"):
        await store.put(KEY, [b"content"])
    with pytest.raises(SetupError, match="it does not exist"):
        await store.list()
    await store.close()


async def test_a_name_that_no_bucket_can_have_is_to_be_mended() -> None:
    store = S3ContextStore("no bucket/at all")
    with pytest.raises(SetupError, match=r"KLB_CONTEXT_BUCKET .* do not fit"):
        await store.list()
    await store.close()


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("AWS_ENDPOINT_URL_S3", "no url"),
        ("AWS_ENDPOINT_URL_S3", "http://user:the-password@127.0.0.1:9"),
        ("AWS_PROFILE", "of-nobody"),
        ("AWS_REGION", "a b"),
    ],
)
async def test_variables_that_do_not_fit_are_to_be_mended(
    store: S3ContextStore, aws: pytest.MonkeyPatch, name: str, value: str
) -> None:
    aws.setenv(name, value)
    with pytest.raises(SetupError, match="the AWS variables do not fit") as raised:
        await store.list()
    assert "the-password" not in str(raised.value)


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize(
    ("content", "name"), [([b"content"], "PUT"), (LARGE, "POST uploadId")], ids=["small", "large"]
)
async def test_a_put_whose_answer_is_lost_has_stored_what_it_should(
    store: S3ContextStore, gate: S3Gate, bucket: BackDoor, content: list[bytes], name: str
) -> None:
    gate.lose = once(Refusal(500, "InternalError"), name)
    await store.put(KEY, content)
    assert gate.names.count(name) == 2
    assert await bucket.stored() == {KEY: b"".join(content)}
    assert await bucket.unfinished() == []


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize(
    "code",
    [
        "AccessDenied",
        "ExpiredToken",
        "InvalidAccessKeyId",
        "InvalidToken",
        "NoSuchBucket",
        "SignatureDoesNotMatch",
        "SlowDown",
    ],
)
async def test_no_error_tells_a_secret(
    store: S3ContextStore, gate: S3Gate, moto: Moto, aws: pytest.MonkeyPatch, code: str
) -> None:
    aws.setenv("AWS_SESSION_TOKEN", TOKEN)
    secret = moto.environment["AWS_SECRET_ACCESS_KEY"]
    quoted = TOKEN if code in {"ExpiredToken", "InvalidToken"} else "as always"
    gate.refuse = lambda _: Refusal(403, code, quoted)
    with pytest.raises(BuilderError) as raised:
        await store.list()
    assert TOKEN not in str(raised.value)
    assert secret not in str(raised.value)
