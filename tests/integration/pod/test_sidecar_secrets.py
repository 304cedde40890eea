"""Whatever a build writes, and whatever goes wrong, no secret leaves the sidecar."""

import gzip
import json
from pathlib import Path

from aiohttp import web
from support.accompanied import FUNCTION, KEY, opened
from support.amqp import Client
from support.answering import answering
from support.kubernetes.cluster import BUILDS, Cluster
from support.kubernetes.own_pods import NAME, kept
from support.pods import DIGEST
from support.sidecar_process import ends, heard, sidecar_process, watched

from knative_lambda.domain import names
from knative_lambda.domain.pod import KANIKO

# Each is planted where the sidecar can read it, and in the log where it knows it word for word.
TOKEN, SIGNATURE, PASSWORD = "t0ken-of-the-pod", "s1gned-by-the-store", "pa55-of-the-broker"
FORMED = {
    "ghp_0123456789abcdef0123456789abcdef0123": "token ghp_0123456789abcdef0123456789abcdef0123",
    "pl4nted-password": "fetching https://acme:pl4nted-password@git.test/a.git",
    "pl4nted-registry": '{"auths": {"registry.test": {"auth": "pl4nted-registry"}}}',
    "pl4nted-aws": "AWS_SECRET_ACCESS_KEY=pl4nted-aws",
    "pl4nted-header": "> Authorization: Basic pl4nted-header",
    "pl4nted-npm": "//registry.test/:_authToken=pl4nted-npm",
}


async def test_no_secret_is_printed_published_or_kept(
    cluster: Cluster, variables: dict[str, str], broker: Client, account: Path
) -> None:
    folder = account / "tmp"
    sent: list[bytes] = []

    async def take(request: web.Request) -> web.StreamResponse:
        sent.append(await request.read())
        return web.Response(status=200)

    kept(cluster, opened())
    (account / "token").write_text(f"{BUILDS}/{TOKEN}", "ascii")
    cluster.faults.add(503, times=3)
    known = [SIGNATURE, KEY.hex()]
    lines = [*FORMED.values(), *(f"it is {secret} there" for secret in known)]
    url = variables["KLB_RABBITMQ_URL"].replace("writer:writer@", f"nobody:{PASSWORD}@")
    async with answering(take) as store:
        log_url = f"{store}/log?X-Amz-Signature={SIGNATURE}"
        wrong = {**variables, "KLB_RABBITMQ_URL": url, "LOG_URL": log_url}
        async with sidecar_process(folder, wrong) as sidecar:
            await watched(cluster)
            pod = cluster.object("pods", BUILDS, NAME)
            cluster.logs.say(pod, KANIKO, "\n".join(["first", *lines, "last\n"]))
            ends(cluster, 3, "Error", "\n".join(lines))
            await sidecar.complains("outcome.unreported")
            sidecar.process.kill()
            await sidecar.end()
        written = [sidecar.told]
        async with sidecar_process(folder, {**variables, "LOG_URL": log_url}) as sidecar:
            assert await sidecar.end() == 0
        written.append(sidecar.told)
    event = await heard(broker)
    (log,) = (gzip.decompress(body).decode() for body in sent)
    record = cluster.object("configmaps", BUILDS, names.record(FUNCTION))["data"]["record"]
    assert "refuses the user" in written[0]
    assert log.startswith("first\n")
    assert log.endswith("last\n")
    places = {
        "its own log": "".join(written),
        "the event": json.dumps(event.data),
        "the build's log": log,
        "the record": record,
    }
    planted = [TOKEN, PASSWORD, *known, *FORMED]
    found = {(where, one) for where, text in places.items() for one in planted if one in text}
    assert found == set()


async def test_the_last_words_of_a_build_hold_no_secret_either(
    cluster: Cluster, variables: dict[str, str], broker: Client, tmp_path: Path
) -> None:
    """Without a log they are all there is to say."""
    kept(cluster, opened())
    cluster.faults.add(403, subresource="log")
    ends(cluster, 3, "Error", "\n".join(["it failed", *FORMED.values()]))
    async with sidecar_process(tmp_path / "tmp", variables) as sidecar:
        assert await sidecar.end() == 0
    event = await heard(broker)
    assert isinstance(event.data, dict)
    assert "it failed" in event.data["detail"]
    assert [one for one in FORMED if one in event.data["detail"]] == []
    assert DIGEST not in event.data["detail"]
