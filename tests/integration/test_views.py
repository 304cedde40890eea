"""`knative-lambda list`, `status` and `explain` beside a service that runs."""

import asyncio
import json
import time
from collections.abc import Iterator, Mapping

import attrs
import pytest
from support.amqp import Client
from support.documented_json import keys
from support.rabbitmq import rabbitmq_server
from support.running import Machine, machine
from support.shell import PATIENCE
from support.tcp_proxy import free_port

from knative_lambda.adapters.rabbitmq.topology import Topology
from knative_lambda.ports.event_source import Message


@attrs.frozen
class Built:
    """A machine on which a function was built twice, and another could not be built."""

    service: Machine
    first: str
    second: str
    broken: str


def build_id(service: Machine, *words: str) -> str:
    """Of a build that was waited for."""
    ran = service.submit(*words, "--wait", "--output", "json")
    lines = [json.loads(line) for line in ran.out.splitlines()]
    return str(next(line["build_id"] for line in lines if line.get("status") == "submitted"))


async def sent(url: str, event: Mapping[str, object]) -> None:
    """Have *event* in the service's queue, as a producer that checks nothing sends it."""
    message = Message(json.dumps(event).encode(), "application/cloudevents+json")
    async with Client(url, Topology("cloud-events", "lambda-build-events", "")) as client:
        await client.send(message)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Built]:
    with (
        rabbitmq_server() as broker,
        machine(tmp_path_factory.mktemp("machine"), broker) as service,
    ):
        yield Built(
            service,
            build_id(service, "examples/hello-node", "--parser", "hello"),
            build_id(service, "examples/hello-node", "--parser", "hello", "--force"),
            build_id(service, "examples/broken"),
        )


def test_all_functions_are_listed_with_what_is_served_of_each(built: Built) -> None:
    ran = built.service.run("list")
    assert (ran.code, ran.err) == (0, "2 functions\n")
    head, *rows = [line.split() for line in ran.out.splitlines()]
    assert head[0] == "FUNCTION"
    assert [row[:5] for row in rows] == [
        ["acme/broken", "-", "-", built.broken[:8], "failed"],
        ["acme/hello", built.second[:8], "yes", built.second[:8], "complete"],
    ]
    assert rows[1][-1].startswith("http://127.0.0.1:")
    assert "\x1b" not in ran.out


def test_a_list_can_be_of_some_and_for_programs(built: Built) -> None:
    ran = built.service.run("list", "--limit", "1", "--output", "json")
    (one,) = json.loads(ran.out)
    assert (one["parser_id"], one["newest"]["build_id"]) == ("broken", built.broken)
    assert set(one) == keys("`list`")
    assert ran.err == "1 of 2 functions; --limit shows more\n"
    nobody = built.service.run("list", "--third-party", "globex")
    assert (nobody.code, nobody.out, nobody.err) == (0, "", "no functions\n")


def test_a_function_is_shown_with_all_its_builds(built: Built) -> None:
    ran = built.service.run("status", "acme/hello")
    assert (ran.code, ran.err) == (0, "")
    builds = ran.out.partition("\nBuilds\n")[2].splitlines()[1:]
    assert [line.split()[0] for line in builds] == [built.first[:8], built.second[:8]]
    assert "ready    yes" in ran.out
    by_options = built.service.run("status", "--third-party", "acme", "--parser", "hello")
    assert by_options.out.partition("\nBuilds\n")[2] == ran.out.partition("\nBuilds\n")[2]


def test_a_function_is_shown_to_programs(built: Built) -> None:
    known = json.loads(built.service.run("status", "acme/hello", "--output", "json").out)
    assert known["desired"]["build_id"] == built.second
    assert [one["build_id"] for one in known["builds"]] == [built.first, built.second]
    assert known["ready"] is True
    assert set(known) == keys("`status FUNCTION`")
    assert set(known["desired"]) == keys("`desired`")


def test_one_build_is_shown_by_how_its_id_begins_and_by_its_job(built: Built) -> None:
    by_id = built.service.run("status", built.broken[:8], "--output", "json")
    known = json.loads(by_id.out)
    assert (known["build_id"], known["reason"]) == (built.broken, "dependency_install")
    assert set(known) == keys("`status BUILD`")
    by_job = built.service.run("status", known["job_name"])
    assert by_job.code == 0
    assert by_job.out.startswith(f"Build {built.broken}\n")
    assert "mend what the function requires" in by_job.out


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (["acme/none"], 1, "acme/none: nothing is known of that function; what to do: "),
        (["ffffffff"], 1, "ffffffff: no build of that id is known; what to do: "),
        ([], 2, "name a function as THIRD_PARTY/PARSER"),
    ],
)
def test_what_is_not_known_is_told_with_what_to_do(
    built: Built, words: list[str], code: int, message: str
) -> None:
    ran = built.service.run("status", *words)
    assert (ran.code, ran.out) == (code, "")
    assert ran.err.startswith(f"knative-lambda: {message}")


def test_what_the_service_depends_on_is_well(built: Built) -> None:
    ran = built.service.run("doctor")
    assert ran.code == 0, ran
    subjects = [line[9:].partition("  ")[0] for line in ran.out.splitlines()]
    assert subjects[:4] == ["broker", "broker queues", "broker rights", "state folder"]
    assert ran.err.endswith("things seen to: none failed, none doubtful\n") or "programs" in ran.out


def test_what_the_service_depends_on_and_is_away_is_told(built: Built) -> None:
    url = f"amqp://someone:s3cret@127.0.0.1:{free_port()}/"
    ran = built.service.run("doctor", "--output", "json", KLB_RABBITMQ_URL=url)
    assert ran.code == 1
    first, *_ = json.loads(ran.out)
    assert (first["check"], first["severity"]) == ("broker", "fail")
    assert set(first) == keys("`doctor`")
    assert "s3cret" not in ran.out + ran.err


@pytest.mark.parametrize("words", [["list"], ["status", "acme/hello"], ["explain", "acme/hello"]])
def test_records_in_memory_are_seen_by_no_other_process(built: Built, words: list[str]) -> None:
    variables = {"KLB_SERVICE_DEPLOYER": "memory", "KLB_JOB_RUNNER": "memory"}
    ran = built.service.run(*words, **variables)
    assert (ran.code, ran.out) == (2, "")
    assert "KLB_SERVICE_DEPLOYER: memory is seen by no other process" in ran.err


def test_a_build_is_explained_where_there_is_no_cluster(built: Built) -> None:
    ran = built.service.run("explain", built.broken[:8])
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith(f"Build {built.broken} of acme/broken: failed, dependency_install\n")
    assert "The end of its log; all of it: knative-lambda logs " in ran.out
    assert "No matching distribution found for humanize==999.0.0" in ran.out
    assert ran.out.endswith(
        "    knative-lambda submit . --third-party acme --parser broken --wait\n"
    )
    assert "kubectl" not in ran.out
    served = json.loads(built.service.run("explain", "acme/hello", "--output", "json").out)
    assert served.keys() == keys("`explain`")
    assert (served["build_id"], served["standing"]) == (built.second, "complete")
    assert served["why"].startswith("it was built, and is served at http://127.0.0.1:")


def test_a_start_that_was_refused_is_explained(built: Built) -> None:
    service = built.service
    event = {
        "specversion": "1.0",
        "id": "refused-1",
        "source": "shop",
        "type": "network.notifi.lambda.build.start",
        "data": {"third_party_id": "acme", "parser_id": "cobol", "runtime": "cobol"},
    }
    asyncio.run(sent(service.broker.url, event))
    named = ("--event", "refused-1", "--event-source", "shop", "--output", "json")
    deadline = time.monotonic() + PATIENCE
    while (ran := service.run("explain", *named)).code:
        assert time.monotonic() < deadline, ran
    told = json.loads(ran.out)
    assert (told["standing"], told["third_party_id"], told["build"]) == ("rejected", "acme", None)
    assert "runtime: 'cobol': must be" in told["said"]
    purge = f"knative-lambda dlq purge {told['dead_letter']}"
    assert told["next"][-1]["command"] == purge
    assert "Build " in service.run("explain", "acme/cobol").out
    assert service.run(*purge.split()[1:], "--yes").code == 0
