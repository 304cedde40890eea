"""What can be wrong with each dependency: each breaks one, and gives the variables that show it."""

from support.kubernetes.cluster import BUILDS, FUNCTIONS
from support.sick_world import LABEL, SickWorld
from support.tcp_proxy import free_port


async def wrong_password(world: SickWorld) -> dict[str, str]:
    return {"KLB_RABBITMQ_URL": world.broker.url.replace("guest:guest", "guest:sesame")}


async def wrong_vhost(world: SickWorld) -> dict[str, str]:
    return {"KLB_RABBITMQ_URL": f"{world.broker.url}nowhere"}


async def no_broker(_world: SickWorld) -> dict[str, str]:
    return {"KLB_RABBITMQ_URL": f"amqp://guest:sesame@127.0.0.1:{free_port()}/"}


async def queue_missing(world: SickWorld) -> dict[str, str]:
    await (await world.broker.channel()).queue_delete(world.topology.dead_letters)
    return {}


async def queue_of_somebody(world: SickWorld) -> dict[str, str]:
    channel = await world.broker.channel()
    await channel.queue_delete(world.topology.functions)
    await channel.declare_queue(world.topology.functions, durable=True)
    return {"KLB_RABBITMQ_DECLARE": "active"}


async def no_bucket(_world: SickWorld) -> dict[str, str]:
    return {"KLB_CONTEXT_BUCKET": "nobody-has-made-this"}


async def no_s3(_world: SickWorld) -> dict[str, str]:
    # What is refused at once is asked for again, which takes the SDK some seconds.
    return {"KLB_CONTEXT_BUCKET": "no.bucket..is-called-so"}


async def no_registry(_world: SickWorld) -> dict[str, str]:
    return {"KLB_REGISTRY": f"127.0.0.1:{free_port()}"}


async def wrong_push_secret(world: SickWorld) -> dict[str, str]:
    world.push_secret("sesame")
    return {}


async def no_cluster(world: SickWorld) -> dict[str, str]:
    world.cluster.faults.down = True
    return {}


async def no_namespace(world: SickWorld) -> dict[str, str]:
    world.cluster.remove("namespaces", "", FUNCTIONS)
    return {}


async def no_builds_namespace(_world: SickWorld) -> dict[str, str]:
    return {"KLB_BUILD_NAMESPACE": "nowhere"}


async def restricted(world: SickWorld) -> dict[str, str]:
    world.label(BUILDS, {LABEL: "restricted"})
    return {}


async def no_secret(world: SickWorld) -> dict[str, str]:
    world.cluster.remove("secrets", BUILDS, "build-broker")
    return {}


async def secret_without_key(world: SickWorld) -> dict[str, str]:
    world.secret("build-broker", url="amqp://builds:x@rabbitmq/")
    return {}


async def no_push_secret(world: SickWorld) -> dict[str, str]:
    world.cluster.remove("secrets", BUILDS, "registry-push")
    return {}


async def no_pull_secret(_world: SickWorld) -> dict[str, str]:
    return {"KLB_PULL_SECRET": "registry-pull"}


async def no_config_map(_world: SickWorld) -> dict[str, str]:
    return {"KLB_BUILD_CA": "authorities"}


async def no_account(world: SickWorld) -> dict[str, str]:
    world.cluster.remove("serviceaccounts", BUILDS, "build")
    return {}


async def no_serving(world: SickWorld) -> dict[str, str]:
    world.cluster.remove("customresourcedefinitions", "", "services.serving.knative.dev")
    return {}


async def no_eventing(world: SickWorld) -> dict[str, str]:
    for plural in ("triggers", "brokers"):
        definition = f"{plural}.eventing.knative.dev"
        world.cluster.remove("customresourcedefinitions", "", definition)
    return {}


async def no_broker_object(world: SickWorld) -> dict[str, str]:
    world.cluster.remove("brokers", FUNCTIONS, "default")
    return {}


async def broker_object_not_ready(world: SickWorld) -> dict[str, str]:
    world.broker_object("False", "the exchange cannot be made")
    return {}
