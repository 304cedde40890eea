"""Only what the settings choose is looked at, each kind of it in its own way."""

import argparse
import json
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path

import pytest
from aiohttp import web
from support.moto import Moto, taken_for_aws
from support.rabbitmq import RabbitMQServer
from support.registry import RegistryServer
from support.registry_script import Script, always
from support.tcp_proxy import free_port

from knative_lambda.entrypoints import doctor
from knative_lambda.settings import from_env

IN_MEMORY = {
    f"KLB_{name}": "memory"
    for name in (
        *("EVENT_SOURCE", "EVENT_PUBLISHER", "CONTEXT_STORE", "JOB_RUNNER", "SERVICE_DEPLOYER"),
        "IMAGE_REGISTRY",
    )
}
HOST = "123456789012.dkr.ecr.eu-west-3.amazonaws.com"
ECR = {**IN_MEMORY, "KLB_IMAGE_REGISTRY": "ecr", "KLB_REGISTRY": HOST}
Found = list[dict[str, str]]
Examined = Callable[[Mapping[str, str]], Awaitable[Found]]


@pytest.fixture
def examined(capsys: pytest.CaptureFixture[str]) -> Examined:
    """What `doctor` finds with these variables; it fails only if something is broken."""
    parser = argparse.ArgumentParser()
    doctor.add_to(parser.add_subparsers())

    async def run(variables: Mapping[str, str]) -> Found:
        options = parser.parse_args(["doctor", "--output", "json"])
        code = await doctor.run(options, from_env(variables))
        found: Found = json.loads(capsys.readouterr().out)
        assert code == (1 if "fail" in {each["severity"] for each in found} else 0)
        return found

    return run


@pytest.fixture
def aws(moto: Moto, monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """This process takes the tests' own for the real one."""
    taken_for_aws(moto, monkeypatch)
    return monkeypatch


async def test_what_is_in_memory_needs_nothing(examined: Examined) -> None:
    assert await examined(IN_MEMORY) == []


async def test_a_sink_that_answers_is_there_whatever_it_answers(examined: Examined) -> None:
    async with Script(always(405)) as script:
        variables = {**IN_MEMORY, "KLB_EVENT_PUBLISHER": "http", "K_SINK": script.url("/")}
        (found,) = await examined(variables)
    assert (found["check"], found["severity"]) == ("sink", "ok")
    assert [each.method for each in script.seen] == ["HEAD"]


async def test_a_sink_that_is_away_is_told_without_its_credentials(examined: Examined) -> None:
    sink = f"http://someone:s3cret@127.0.0.1:{free_port()}/path"
    variables = {**IN_MEMORY, "KLB_EVENT_PUBLISHER": "http", "K_SINK": sink}
    (found,) = await examined(variables)
    assert (found["check"], found["severity"]) == ("sink", "fail")
    assert "export K_SINK=" in found["mend"]
    assert "s3cret" not in json.dumps(found)


async def test_a_broker_alone_is_seen_to(examined: Examined, rabbitmq: RabbitMQServer) -> None:
    variables = {**IN_MEMORY, "KLB_EVENT_SOURCE": "rabbitmq", "KLB_RABBITMQ_URL": rabbitmq.url}
    assert [each["check"] for each in await examined(variables)] == [
        "broker",
        "broker queues",
        "broker rights",
    ]


async def test_without_a_cluster_it_is_we_who_would_push(
    examined: Examined, read_only: RegistryServer
) -> None:
    variables = {**IN_MEMORY, "KLB_IMAGE_REGISTRY": "oci", "KLB_REGISTRY": read_only.host}
    registry, push = await examined(variables)
    assert (registry["severity"], push["severity"]) == ("ok", "fail")
    assert "takes no upload of who is logged in here: it answers 405" in push["text"]


async def test_what_ecr_permits_is_told(examined: Examined, aws: pytest.MonkeyPatch) -> None:
    assert aws
    found = await examined(ECR)
    assert [(each["check"], each["severity"]) for each in found] == [
        ("registry", "ok"),
        ("registry rights", "ok"),
        ("registry push", "ok"),
    ]


@pytest.mark.parametrize(
    ("denied", "severities"),
    [
        ("BatchGetImage", ["fail"]),
        ("PutLifecyclePolicy", ["ok", "fail", "ok"]),
        ("GetAuthorizationToken", ["ok", "ok", "warning"]),
    ],
)
async def test_what_ecr_does_not_permit_is_told_with_the_policy_that_would(
    examined: Examined, aws: pytest.MonkeyPatch, denied: str, severities: list[str]
) -> None:
    async def answer(request: web.Request) -> web.Response:
        action = request.headers["X-Amz-Target"].rpartition(".")[2]
        if action == denied:
            body = {"__type": "AccessDeniedException", "message": f"ecr:{action}: no"}
            return web.json_response(body, status=400)
        if action == "GetAuthorizationToken":
            return web.json_response({"authorizationData": []})
        return web.json_response({"__type": "RepositoryNotFoundException"}, status=400)

    async with Script(answer) as script:
        aws.setenv("AWS_ENDPOINT_URL", script.url(""))
        found = await examined(ECR)
    assert [each["severity"] for each in found] == severities
    (told,) = (each for each in found if each["severity"] != "ok")
    assert f"ecr:{denied}" in told["text"]
    assert f"ecr:{denied}" in told["mend"]
    assert "arn:aws:ecr:eu-west-3:123456789012:repository/lambda/*" in told["mend"]


async def test_credentials_that_aws_does_not_know_are_told(
    examined: Examined, aws: pytest.MonkeyPatch
) -> None:
    body = b'{"__type": "UnrecognizedClientException"}'
    async with Script(always(400, body)) as script:
        aws.setenv("AWS_ENDPOINT_URL", script.url(""))
        (found,) = await examined(ECR)
    assert "AWS does not take the credentials" in found["text"]
    assert found["mend"].startswith("export AWS_ACCESS_KEY_ID=")


@pytest.mark.parametrize(
    ("code", "status", "mend"),
    [
        ("AccessDenied", 403, "aws iam put-role-policy --role-name ROLE"),
        ("PermanentRedirect", 301, "get-bucket-location --bucket contexts"),
        ("InvalidAccessKeyId", 403, "export AWS_ACCESS_KEY_ID="),
    ],
)
async def test_what_s3_refuses_is_told_with_what_mends_it(
    examined: Examined, aws: pytest.MonkeyPatch, code: str, status: int, mend: str
) -> None:
    body = f"<Error><Code>{code}</Code><Message>no</Message></Error>".encode()
    async with Script(always(status, body, Content_Type="application/xml")) as script:
        aws.setenv("AWS_ENDPOINT_URL", script.url(""))
        found = await examined(
            {**IN_MEMORY, "KLB_CONTEXT_STORE": "s3", "KLB_CONTEXT_BUCKET": "contexts"}
        )
    (told,) = found
    assert (told["check"], told["severity"]) == ("bucket", "fail")
    assert mend in told["mend"]


async def test_a_role_that_does_not_trust_the_service_is_told_without_a_traceback(
    examined: Examined,
    aws: pytest.MonkeyPatch,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    body = b"<ErrorResponse><Error><Code>AccessDenied</Code><Message>no</Message></Error>"
    (tmp_path / "token").write_text("a-token")
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        aws.delenv(name)
    aws.setenv("AWS_ROLE_ARN", "arn:aws:iam::123456789012:role/builder")
    aws.setenv("AWS_WEB_IDENTITY_TOKEN_FILE", str(tmp_path / "token"))
    async with Script(always(403, body + b"</ErrorResponse>", Content_Type="text/xml")) as script:
        aws.setenv("AWS_ENDPOINT_URL", script.url(""))
        found = await examined({**ECR, "KLB_CONTEXT_STORE": "s3", "KLB_CONTEXT_BUCKET": "contexts"})
    assert [each["check"] for each in found] == ["bucket", "registry"]
    for each in found:
        assert "AWS does not give this service its role (AccessDenied)" in each["text"]
        assert each["mend"].startswith("aws iam get-role --role-name ROLE")
    assert [each for each in caplog.records if each.exc_info] == []


async def test_a_bucket_that_may_only_be_listed_is_told(
    examined: Examined, aws: pytest.MonkeyPatch
) -> None:
    async def answer(request: web.Request) -> web.Response:
        if "list-type" in request.query:
            return web.Response(text="<ListBucketResult/>", content_type="application/xml")
        denial = "<Error><Code>AccessDenied</Code><Message>no</Message></Error>"
        return web.Response(status=403, text=denial, content_type="application/xml")

    async with Script(answer) as script:
        aws.setenv("AWS_ENDPOINT_URL", script.url(""))
        found = await examined(
            {**IN_MEMORY, "KLB_CONTEXT_STORE": "s3", "KLB_CONTEXT_BUCKET": "contexts"}
        )
    told = {each["check"]: each for each in found}
    assert {name: each["severity"] for name, each in told.items()} == {
        "bucket": "ok",
        "clock": "ok",
        "bucket rights": "fail",
        "bucket lifecycle": "warning",
    }
    assert "s3:PutObject" in told["bucket rights"]["text"]
    assert '"s3:PutObject"' in told["bucket rights"]["mend"]
    assert "cannot be seen: s3:GetLifecycleConfiguration" in told["bucket lifecycle"]["text"]
