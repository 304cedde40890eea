"""What the cluster refuses with becomes a verdict: never, later, or when somebody has mended it."""

from collections.abc import Awaitable, Callable

import pytest
from support.knative_specs import NAME, key, spec
from support.kubernetes.cluster import FUNCTIONS, Cluster
from support.kubernetes.faults import Loss

from knative_lambda.adapters.knative.place import Place
from knative_lambda.adapters.knative.refusals import meaning
from knative_lambda.adapters.knative.service_deployer import KnativeServiceDeployer
from knative_lambda.adapters.kubernetes.api import Refusal
from knative_lambda.adapters.kubernetes.client import KubernetesClient
from knative_lambda.adapters.kubernetes.errors import Asked
from knative_lambda.adapters.kubernetes.kinds import SERVICES, TRIGGERS
from knative_lambda.domain.errors import (
    BuilderError,
    ConflictError,
    OverLimitError,
    PermanentError,
    SetupError,
    TransientError,
)
from knative_lambda.domain.rejection import Rejection
from knative_lambda.domain.request import FunctionConfig, Scaling

Act = Callable[[KnativeServiceDeployer], Awaitable[object]]


async def create(deployer: KnativeServiceDeployer) -> None:
    await deployer.create(spec(1, "a"))


async def patch(deployer: KnativeServiceDeployer) -> None:
    await deployer.patch(spec(2, "a"), key(1))


async def look(deployer: KnativeServiceDeployer) -> None:
    await deployer.look(NAME)


async def prune(deployer: KnativeServiceDeployer) -> None:
    await deployer.prune(spec(2))


async def test_what_a_webhook_denies_is_told_by_its_field(
    deployer: KnativeServiceDeployer,
) -> None:
    config = FunctionConfig(scaling=Scaling(minimum=5, maximum=2))  # refused when it is parsed
    with pytest.raises(PermanentError) as refusal:
        await deployer.create(spec(1, config=config))
    assert refusal.value.rejection is Rejection.FORBIDDEN
    said = "max-scale=2 is less than min-scale=5"
    assert refusal.value.detail.startswith(f"{NAME}: refused by the cluster: validation failed:")
    assert said in refusal.value.detail
    assert "webhook" not in refusal.value.detail


@pytest.mark.parametrize("act", [create, patch])
async def test_a_denial_tells_no_address(
    cluster: Cluster, deployer: KnativeServiceDeployer, act: Act
) -> None:
    if act is patch:
        await create(deployer)
    cluster.webhooks.denial = "image registry.corp.test:5000/a/b:1 is not allowed by 10.0.0.7"
    with pytest.raises(PermanentError) as refusal:
        await act(deployer)
    assert refusal.value.detail == (
        f"{NAME}: refused by the cluster: image (an address) is not allowed by (an address)"
    )


async def test_a_trigger_that_is_denied_is_refused_for_good(
    cluster: Cluster, deployer: KnativeServiceDeployer
) -> None:
    owner = await deployer.create(spec(1, "a"))
    cluster.webhooks.denial = "no"
    with pytest.raises(PermanentError, match="refused by the cluster: no"):
        await deployer.bind(spec(1, "a"), owner)


@pytest.mark.parametrize("act", [create, patch])
async def test_a_webhook_that_is_down_is_waited_for(
    cluster: Cluster, deployer: KnativeServiceDeployer, act: Act
) -> None:
    if act is patch:
        await create(deployer)
    cluster.webhooks.down = True
    with pytest.raises(TransientError) as refusal:
        await act(deployer)
    assert "failed calling webhook" in str(refusal.value)
    cluster.webhooks.down = False
    await act(deployer)


@pytest.mark.parametrize("act", [create, patch, look, prune])
@pytest.mark.parametrize("outcome", [429, 500, 503, 504, Loss.BEFORE], ids=str)
async def test_a_cluster_that_does_not_answer_now_is_asked_later(
    cluster: Cluster, deployer: KnativeServiceDeployer, act: Act, outcome: int | Loss
) -> None:
    await deployer.create(spec(1))
    cluster.faults.add(outcome)
    with pytest.raises(TransientError):
        await act(deployer)


FORBIDDEN = 'services.serving.knative.dev is forbidden: User "x" cannot create resource "services"'
POLICY = "services \"x\" is forbidden: ValidatingAdmissionPolicy 'p' with binding 'q'"
NO_NAMESPACE = 'namespaces "f" not found'
REFUSED: list[tuple[int, str, type[BuilderError], str]] = [
    (401, "Unauthorized", SetupError, "does not take the credentials"),
    (403, FORBIDDEN, SetupError, "give the ServiceAccount of this service a Role that permits it"),
    (403, "services is forbidden: exceeded quota: services", OverLimitError, "a quota"),
    (403, 'admission webhook "p" denied the request: no', PermanentError, "cluster: no"),
    (403, f"{POLICY} denied request: no", PermanentError, "denied request: no"),
    (404, NO_NAMESPACE, SetupError, "make it, or mend KLB_FUNCTION_NAMESPACE"),
    (413, "too large", PermanentError, "too large"),
    (422, 'Service.serving.knative.dev "x" is invalid: spec: no', PermanentError, "is invalid"),
]


@pytest.mark.parametrize("refused", REFUSED, ids=lambda row: f"{row[0]} {row[1]}")
async def test_a_refusal_says_who_has_to_do_what(
    cluster: Cluster,
    deployer: KnativeServiceDeployer,
    refused: tuple[int, str, type[BuilderError], str],
) -> None:
    status, said, kind, told = refused
    cluster.faults.add(status, message=said)
    with pytest.raises(kind, match=told):
        await create(deployer)


def test_a_kind_that_no_server_knows_is_answered_without_words() -> None:
    for kind, hint in ((SERVICES, "Knative Serving"), (TRIGGERS, "Knative Eventing")):
        error = meaning(Refusal(404), Asked("get", str(kind), "f", "x"))
        assert isinstance(error, SetupError)
        said = "in the namespace f: the cluster has no such resource"
        assert str(error) == f"get {kind} x {said}: install {hint}"


async def test_a_namespace_that_is_missing_is_named(client: KubernetesClient) -> None:
    place = Place(namespace="nowhere", broker="default", dead_letter_sink="http://sink.test/")
    with pytest.raises(SetupError, match='namespaces "nowhere" not found'):
        await create(KnativeServiceDeployer(client, place))


@pytest.mark.parametrize(
    ("act", "resource", "hint"),
    [(prune, "triggers", "Knative Eventing"), (look, "services", "Knative Serving")],
)
async def test_what_is_not_installed_is_named(
    cluster: Cluster, deployer: KnativeServiceDeployer, act: Act, resource: str, hint: str
) -> None:
    said = "the server could not find the requested resource"
    cluster.faults.add(404, resource=resource, message=said)
    with pytest.raises(SetupError, match=f"install {hint}"):
        await act(deployer)


async def test_a_permission_that_is_missing_loses_nothing(
    cluster: Cluster, deployer: KnativeServiceDeployer
) -> None:
    owner = await deployer.create(spec(1, "a"))
    cluster.faults.add(403, resource="serviceaccounts", message=FORBIDDEN)
    with pytest.raises(SetupError):
        await deployer.bind(spec(1, "a"), owner)
    cluster.faults.clear()
    seen = await deployer.look(NAME)
    assert seen is not None
    await deployer.bind(spec(1, "a"), seen)
    assert len(cluster.objects("serviceaccounts", FUNCTIONS)) == 1
    assert len(cluster.objects("triggers", FUNCTIONS)) == 1


@pytest.mark.parametrize("status", [409, 422])
async def test_a_fence_that_does_not_hold_is_a_conflict(
    cluster: Cluster, deployer: KnativeServiceDeployer, status: int
) -> None:
    await deployer.create(spec(1))
    cluster.faults.add(status, verb="patch")
    with pytest.raises(ConflictError):
        await patch(deployer)
