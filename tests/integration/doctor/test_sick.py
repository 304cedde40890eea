"""Each dependency is broken in turn: `doctor` names it, and what mends it, and nothing else."""

from collections.abc import Awaitable, Callable, Iterator

import pytest
from dependency_injector.providers import Object
from support import breaks
from support.kubernetes import discovery
from support.kubernetes.cluster import BUILDS, FUNCTIONS
from support.rabbitmq import RabbitMQServer
from support.registry import RegistryServer
from support.sick_world import BASELINE, LABEL, SickWorld, Told, named

from knative_lambda.entrypoints import doctor
from knative_lambda.entrypoints.container import Container
from knative_lambda.entrypoints.doctor_checks import checks
from knative_lambda.ports.check import Check
from knative_lambda.settings import Settings

MINUTES = 60 * 1_000_000_000
Break = Callable[[SickWorld], Awaitable[dict[str, str]]]


def only(told: Told, check: str) -> dict[str, str]:
    """The one thing that is broken."""
    assert told.broken == [check], told.text
    assert told.code == 1
    (found,) = told.of("fail")
    assert f"to mend it: {found['mend']}" in told.text
    return found


@pytest.mark.parametrize(
    ("breaks", "check", "words", "mend"),
    [
        (
            breaks.wrong_password,
            "broker",
            "refuses the user 'guest'",
            "rabbitmqctl change_password guest",
        ),
        (
            breaks.wrong_vhost,
            "broker",
            "virtual host 'nowhere'",
            "rabbitmqctl add_vhost nowhere; rabbitmq",
        ),
        (breaks.no_broker, "broker", "cannot be reached", "export KLB_RABBITMQ_URL=amqp://"),
        (
            breaks.queue_missing,
            "broker queues",
            "missing: queue 'builds-",
            "deploy/base/queues.yaml",
        ),
        (
            breaks.queue_of_somebody,
            "broker queues",
            "made in another way than the service does: queue",
            "delete_queue --vhost / --if-empty 'functions-",
        ),
        (
            breaks.no_bucket,
            "bucket",
            "it does not exist",
            "aws s3 mb s3://nobody-has-made-this --region us-east-1; or",
        ),
        (breaks.no_s3, "bucket", "KLB_CONTEXT_BUCKET", "export"),
        (breaks.no_registry, "registry", "cannot be reached", "export KLB_REGISTRY=HOST"),
        (
            breaks.wrong_push_secret,
            "registry push",
            "builds with the Secret registry-push may not push",
            f"delete secret registry-push --namespace {BUILDS}; kubectl create secret",
        ),
        (
            breaks.no_cluster,
            "cluster",
            "the Kubernetes API cannot be reached",
            "export KUBECONFIG=",
        ),
        (
            breaks.no_namespace,
            "namespace",
            f"{FUNCTIONS} is not there",
            f"namespace {FUNCTIONS}; kubectl label --overwrite namespace {FUNCTIONS} {LABEL}=",
        ),
        (
            breaks.no_builds_namespace,
            "namespace",
            "nowhere is not there",
            "create namespace nowhere",
        ),
        (
            breaks.restricted,
            "pod security",
            "is restricted",
            f"label --overwrite namespace {BUILDS} {LABEL}",
        ),
        (
            breaks.no_secret,
            "Secret",
            "build-broker is not there",
            "kubectl create secret generic build-br",
        ),
        (
            breaks.secret_without_key,
            "Secret",
            "has no KLB_RABBITMQ_URL",
            f"delete secrets build-broker --namespace {BUILDS}; kubectl create secret generic",
        ),
        (
            breaks.no_push_secret,
            "Secret",
            "registry-push is not there",
            "secret docker-registry registry-p",
        ),
        (breaks.no_pull_secret, "Secret", "registry-pull is not there", f"--namespace {FUNCTIONS}"),
        (
            breaks.no_config_map,
            "ConfigMap",
            "authorities is not there",
            "create configmap authorities",
        ),
        (
            breaks.no_account,
            "ServiceAccount",
            "build is not there",
            "kubectl create serviceaccount build",
        ),
        (breaks.no_serving, "Knative Serving", "services.serving.knative.dev", "serving-crds.yaml"),
        (
            breaks.no_eventing,
            "Knative Eventing",
            "triggers.eventing.knative.dev",
            "eventing-crds.yaml",
        ),
        (breaks.no_broker_object, "Broker", "default in the namespace", "deploy/base/brokers.yaml"),
        (
            breaks.broker_object_not_ready,
            "Broker",
            "the exchange cannot be made",
            "kubectl describe broker",
        ),
    ],
    ids=lambda value: value.__name__ if callable(value) else "",
)
async def test_what_is_broken_is_named_with_what_mends_it(
    world: SickWorld, breaks: Break, check: str, words: str, mend: str
) -> None:
    found = only(await world.examined(**await breaks(world)), check)
    assert words in found["text"]
    assert mend in found["mend"]
    assert "sesame" not in found["text"] + found["mend"]


async def test_a_user_who_may_only_publish_is_told_what_else_it_takes(
    world: SickWorld, rabbitmq: RabbitMQServer
) -> None:
    found = only(await world.examined(KLB_RABBITMQ_URL=rabbitmq.writer_url), "broker rights")
    queue = world.topology.queue
    assert f"'writer' may not read from the queue {queue!r} and 2 more" in found["text"]
    exchange, letters = world.topology.exchange, world.topology.functions.replace(".", r"\.")
    assert found["mend"] == (
        f"rabbitmqctl set_permissions --vhost / writer '^$' "
        rf"'^({exchange}|{queue}\.dlx|amq\.default)$' '^({queue}|{queue}\.dlq|{letters})$'"
    )
    active = await world.examined(
        KLB_RABBITMQ_URL=rabbitmq.writer_url, KLB_RABBITMQ_DECLARE="active"
    )
    found = only(active, "broker rights")
    assert "may not configure the queue" in found["text"]
    names = rf"{exchange}|{queue}(\..+)?|{letters}"
    assert found["mend"] == (
        f"rabbitmqctl set_permissions --vhost / writer "
        rf"'^({names})$' '^({names}|amq\.default)$' '^({names})$'"
    )


async def test_a_certificate_that_is_not_trusted_is_told(
    world: SickWorld, rabbitmq: RabbitMQServer
) -> None:
    found = only(await world.examined(KLB_RABBITMQ_URL=rabbitmq.tls_url), "broker")
    assert "has a certificate that is not trusted" in found["text"]
    assert found["mend"].startswith("export KLB_RABBITMQ_CA_FILE=")


async def test_a_registry_that_takes_no_pushes_is_told(
    world: SickWorld, read_only: RegistryServer
) -> None:
    found = only(await world.examined(KLB_REGISTRY=read_only.host), "registry push")
    assert "it answers 405" in found["text"]
    assert "readonly.enabled: false" in found["mend"]


async def test_builds_without_a_secret_push_as_nobody(world: SickWorld) -> None:
    found = only(await world.examined(KLB_PUSH_SECRET=""), "registry push")
    assert "builds without a Secret may not push to" in found["text"]
    assert "kubectl create secret docker-registry registry-push" in found["mend"]


async def test_a_service_that_may_not_read_images_is_told(
    world: SickWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DOCKER_CONFIG", str(world.folder / "nothing"))
    found = only(await world.examined(), "registry")
    assert "lets nobody in without credentials" in found["text"]
    assert found["mend"] == f"docker login {world.variables['KLB_REGISTRY']}"


async def test_a_cluster_that_is_too_old_is_told(
    world: SickWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    usual = discovery.page

    def older(path: str, served: object) -> object:
        found = usual(path, served)  # type: ignore[arg-type]  # as it came
        return {"gitVersion": "v1.28.15-eks-1"} if path == "/version" else found

    monkeypatch.setattr(discovery, "page", older)
    found = only(await world.examined(), "cluster")
    assert "Kubernetes v1.28.15-eks-1 is too old: it must be 1.29 or newer" in found["text"]
    assert "upgrade the cluster" in found["mend"]


@pytest.mark.parametrize("minutes", [-10, 10])
async def test_a_clock_that_is_ten_minutes_off_is_told(
    world: SickWorld, minutes: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def shifted(container: Container, settings: Settings) -> Iterator[Check]:
        usual = container.now()
        container.now.override(Object(lambda: usual() + minutes * MINUTES))
        return checks(container, settings)

    monkeypatch.setattr(doctor, "checks", shifted)
    told = await world.examined()
    assert told.broken == ["clock", "clock"]
    assert {each["text"].rpartition(" ")[2] for each in told.of("fail")} == {"S3", "API"}
    for each in told.of("fail"):
        assert ("ahead of" if minutes > 0 else "behind") in each["text"]
        assert each["mend"].startswith("timedatectl set-ntp true")


async def test_labels_that_hold_pods_to_nothing_and_a_bucket_without_rules_are_doubtful(
    world: SickWorld,
) -> None:
    world.label(BUILDS, {})
    world.label(FUNCTIONS, {LABEL: "privileged"})
    await world.bucket.s3.delete_bucket_lifecycle(Bucket=world.bucket.name)
    told = await world.examined()
    assert (told.code, told.broken) == (0, [])
    doubtful = {each["check"]: each["mend"] for each in told.of("warning")}
    assert set(doubtful) == {"bucket lifecycle", "pod security"}
    assert "put-bucket-lifecycle-configuration" in doubtful["bucket lifecycle"]
    assert "=baseline" in doubtful["pod security"]


async def test_several_things_that_are_broken_are_all_told(world: SickWorld) -> None:
    world.cluster.remove("brokers", FUNCTIONS, "default")
    world.label(BUILDS, {**BASELINE, LABEL: "restricted"})
    world.cluster.plant(named("v1", "ConfigMap", "authorities", BUILDS, data={"other": "x"}))
    told = await world.examined(KLB_BUILD_CA="authorities", KLB_CONTEXT_BUCKET="nobody-has-this")
    assert told.broken == ["bucket", "pod security", "ConfigMap", "Broker"]
