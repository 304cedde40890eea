"""A pod signs in with the token of the moment, trusts whom it is told to, and waits for nobody."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from aiohttp import web
from contracts.records import RecordsContract
from support.answering import Answer, answering
from support.certificates import Certificates
from support.kubernetes.cluster import BUILDS, Cluster
from support.kubernetes.own_pods import kept
from yarl import URL

from knative_lambda.adapters.kubernetes.api import Refusal
from knative_lambda.adapters.kubernetes.records import ConfigMapRecords
from knative_lambda.adapters.pod import client as module
from knative_lambda.adapters.pod.client import PodClient
from knative_lambda.domain.errors import SetupError, TransientError
from knative_lambda.domain.record import Record
from knative_lambda.ports import record_form
from knative_lambda.ports.records import Records

PATH = "/api/v1/namespaces/builds/pods/x"


async def fine(_request: web.Request) -> web.StreamResponse:
    return web.json_response({"kind": "Pod"})


@asynccontextmanager
async def connected(
    account: Path, answer: Answer = fine, trust: ssl.SSLContext | None = None
) -> AsyncIterator[PodClient]:
    """A client of a server that answers so."""
    async with answering(answer, trust) as url:
        client = PodClient(URL(url), account)
        try:
            yield client
        finally:
            await client.close()


class TestRecordsOfAPod(RecordsContract):
    """A sidecar's records are those of the service."""

    @pytest.fixture
    def records(self, client: PodClient, cluster: Cluster) -> Records:
        self.cluster = cluster
        return ConfigMapRecords(client, BUILDS)

    async def stored(self) -> list[Record]:
        maps = self.cluster.objects("configmaps", BUILDS)
        return [record_form.load(each["data"]["record"]) for each in maps]

    async def plant(self, record: Record) -> None:
        kept(self.cluster, record)


async def test_a_token_that_was_renewed_is_shown_from_then_on(account: Path) -> None:
    shown: list[str] = []

    async def answer(request: web.Request) -> web.StreamResponse:
        shown.append(request.headers["Authorization"])
        return await fine(request)

    async with connected(account, answer) as client:
        for token in ("first", "second"):
            (account / "token").write_text(f"{token}\n", "ascii")
            await client.call("GET", PATH)
    assert shown == ["Bearer first", "Bearer second"]


async def test_a_token_that_is_not_taken_is_a_refusal(account: Path) -> None:
    async def answer(_request: web.Request) -> web.StreamResponse:
        return web.json_response({"reason": "Unauthorized", "message": "no"}, status=401)

    async with connected(account, answer) as client:
        with pytest.raises(Refusal) as raised:
            await client.call("GET", PATH)
    assert str(raised.value) == "401 Unauthorized: no"


@pytest.mark.parametrize("content", [None, b"\xff\xfe"])
async def test_without_a_token_it_is_told_what_to_mend(
    account: Path, content: bytes | None
) -> None:
    (account / "token").unlink()
    if content is not None:
        (account / "token").write_bytes(content)
    async with connected(account) as client:
        with pytest.raises(SetupError, match="token: cannot be used: mount"):
            await client.call("GET", PATH)
        with pytest.raises(SetupError, match="token"):
            await anext(client.stream(PATH, (), 1))


@pytest.fixture
def certificates(tmp_path: Path) -> Certificates:
    folder = tmp_path / "certificates"
    folder.mkdir()
    return Certificates.make(folder)


@pytest.fixture
def speaks_tls(certificates: Certificates) -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificates.server, certificates.server_key)
    return context


async def test_the_authority_of_the_service_account_is_trusted(
    account: Path, certificates: Certificates, speaks_tls: ssl.SSLContext
) -> None:
    (account / "ca.crt").write_bytes(certificates.authority.read_bytes())
    async with connected(account, trust=speaks_tls) as client:
        assert await client.call("GET", PATH) == {"kind": "Pod"}


async def test_another_authority_is_not_trusted_until_it_is_the_accounts(
    account: Path, certificates: Certificates, speaks_tls: ssl.SSLContext, tmp_path: Path
) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (account / "ca.crt").write_bytes(Certificates.make(other).authority.read_bytes())
    async with connected(account, trust=speaks_tls) as client:
        with pytest.raises(SetupError, match="not trusted"):
            await client.call("GET", PATH)
        (account / "ca.crt").write_bytes(certificates.authority.read_bytes())
        assert await client.call("GET", PATH) == {"kind": "Pod"}


async def test_without_an_authority_it_is_told_what_to_mend(
    account: Path, speaks_tls: ssl.SSLContext
) -> None:
    async with connected(account, trust=speaks_tls) as client:
        with pytest.raises(SetupError, match=r"ca\.crt: cannot be used"):
            await client.call("GET", PATH)


async def test_an_answer_that_does_not_come_is_not_waited_for(
    account: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_ANSWER", 0.05)

    async def answer(request: web.Request) -> web.StreamResponse:
        await asyncio.Event().wait()
        return await fine(request)

    async with connected(account, answer) as client:
        with pytest.raises(TransientError, match="no answer in time"):
            await client.call("GET", PATH)


async def test_where_nobody_listens_there_is_no_answer(account: Path) -> None:
    async with answering(fine) as url:
        pass
    client = PodClient(URL(url), account)
    with pytest.raises(TransientError):
        await client.call("GET", PATH)
    await client.close()


@pytest.mark.parametrize("body", [b"", b"<html>", b"[]"])
async def test_what_is_no_object_is_no_answer_of_a_kubernetes_api(
    account: Path, body: bytes
) -> None:
    async def answer(_request: web.Request) -> web.StreamResponse:
        return web.Response(body=body)

    async with connected(account, answer) as client:
        with pytest.raises(SetupError, match="JSON objects"):
            await client.call("GET", PATH)


async def test_nobody_sends_it_elsewhere(account: Path) -> None:
    asked: list[str] = []

    async def answer(request: web.Request) -> web.StreamResponse:
        asked.append(request.path)
        return web.Response(status=302, headers={"Location": "/elsewhere"})

    async with connected(account, answer) as client:
        with pytest.raises(Refusal):
            await client.call("GET", PATH)
        with pytest.raises(Refusal):
            await anext(client.stream(PATH, (), 1))
    assert asked == [PATH, PATH]


async def test_no_proxy_stands_between_a_pod_and_its_cluster(
    account: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    async with connected(account) as client:
        assert await client.call("GET", PATH)


async def test_after_closing_another_call_connects_anew(account: Path) -> None:
    async with connected(account) as client:
        await client.call("GET", PATH)
        await client.close()
        assert await client.call("GET", PATH)


async def test_the_token_is_in_no_error(account: Path) -> None:
    (account / "token").write_text("s3cr3t-token", "ascii")
    raised: list[str] = []

    async def answer(request: web.Request) -> web.StreamResponse:
        if request.method == "GET":
            return web.json_response({"message": "no"}, status=500)
        assert request.transport is not None
        request.transport.abort()
        return web.Response()

    async with connected(account, answer) as client:
        for method in ("GET", "POST"):
            try:
                await client.call(method, PATH, {})
            except (Refusal, TransientError) as error:
                raised.append(f"{error!r} {error} {error.__cause__!r}")
    assert len(raised) == 2
    assert not any("s3cr3t" in text for text in raised)


@pytest.mark.parametrize(
    ("host", "port", "url"),
    [
        ("10.96.0.1", "443", "https://10.96.0.1"),
        ("10.96.0.1", "6443", "https://10.96.0.1:6443"),
        ("fd00::1", "443", "https://[fd00::1]"),
    ],
)
def test_a_pod_finds_its_cluster_by_its_variables(host: str, port: str, url: str) -> None:
    variables = {"KUBERNETES_SERVICE_HOST": host, "KUBERNETES_SERVICE_PORT": port}
    assert PodClient.of(variables).server == URL(url)


@pytest.mark.parametrize(
    "variables",
    [
        {},
        {"KUBERNETES_SERVICE_PORT": "443"},
        {"KUBERNETES_SERVICE_HOST": "10.96.0.1", "KUBERNETES_SERVICE_PORT": "tcp://x"},
    ],
)
def test_elsewhere_it_is_told_what_is_missing(variables: dict[str, str]) -> None:
    with pytest.raises(SetupError, match="KUBERNETES_SERVICE_HOST"):
        PodClient.of(variables)
