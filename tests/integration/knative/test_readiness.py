"""Whether a function serves what it was last told to, as Knative has it."""

from support.knative_objects import seen_by
from support.knative_specs import NAME, key, spec
from support.kubernetes.cluster import FUNCTIONS, Cluster

from knative_lambda.adapters.knative.service_deployer import KnativeServiceDeployer
from knative_lambda.ports.service_deployer import Service


async def test_readiness_is_what_knative_says_of_the_newest(
    cluster: Cluster, deployer: KnativeServiceDeployer, owner: Service
) -> None:
    assert not owner.ready
    cluster.knative.ready(NAME)
    seen = await seen_by(deployer)
    assert (seen.ready, seen.url) == (True, f"http://{NAME}.{FUNCTIONS}.example.com")
    patched = await deployer.patch(spec(2, "a"), key(1))
    assert not patched.ready
    cluster.knative.failing(NAME, "Container failed with: no 'handler' in index.js")
    failed = await seen_by(deployer)
    assert (failed.ready, failed.message) == (
        False,
        "Container failed with: no 'handler' in index.js",
    )
