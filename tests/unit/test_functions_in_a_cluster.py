"""What the settings say of functions in a cluster arrives in what serves them."""

import pytest
from support.measured import behind

from knative_lambda.adapters.knative.place import Place
from knative_lambda.adapters.knative.service_deployer import KnativeServiceDeployer
from knative_lambda.entrypoints.container import Container
from knative_lambda.settings import Settings, SettingsError, from_env

VARIABLES = {
    "KLB_JOB_RUNNER": "kubernetes",
    "KLB_SERVICE_DEPLOYER": "knative",
    "KLB_IMAGE_REGISTRY": "oci",
    "KLB_CONTEXT_STORE": "s3",
    "KLB_CONTEXT_BUCKET": "contexts",
    "KLB_SIDECAR_IMAGE": "registry.test/sidecar:1",
}
OWN = {
    "KLB_FUNCTION_NAMESPACE": "ours",
    "KLB_BROKER": "events",
    "KLB_FUNCTION_DEAD_LETTER_SINK": "https://kept.test/letters",
    "KLB_PULL_SECRET": "registry-pull",
}


def test_each_setting_arrives() -> None:
    deployer = Container(settings=from_env({**VARIABLES, **OWN})).deployer().made
    assert isinstance(deployer, KnativeServiceDeployer)
    assert deployer.place == Place(
        namespace="ours",
        broker="events",
        dead_letter_sink="https://kept.test/letters",
        pull_secret="registry-pull",  # noqa: S106 - the name of one
    )


def test_what_no_function_took_comes_to_our_receiver_unless_told_otherwise() -> None:
    place = Container(settings=from_env(VARIABLES)).deployer().place
    assert (place.namespace, place.broker, place.pull_secret) == ("knative-lambda", "default", "")
    assert place.dead_letter_sink == "http://builder.knative-lambda-system.svc/dead-letters"


def test_whoever_asks_whether_a_function_serves_asks_by_the_same_connection() -> None:
    container = Container(settings=from_env(VARIABLES))
    assert container.serving() is container.deployer()
    assert behind(container.convergence().deployer) is container.deployer()
    assert container.deployer().api is container.records().api is container.cluster()


@pytest.mark.parametrize(
    ("variable", "text", "rule"),
    [
        ("KLB_FUNCTION_NAMESPACE", "", "must be 1 to 63 of a-z, 0-9 and -"),
        ("KLB_BROKER", "Default", "must be 1 to 63 of a-z, 0-9 and -"),
        ("KLB_FUNCTION_DEAD_LETTER_SINK", "", "must be http:// or https:// and a host"),
        ("KLB_FUNCTION_DEAD_LETTER_SINK", "sink.test", "must be http:// or https:// and a host"),
        ("KLB_PULL_SECRET", "a/b", "must be 1 to 63 of a-z, 0-9 and -"),
    ],
)
def test_what_is_malformed_is_told_with_what_would_be_right(
    variable: str, text: str, rule: str
) -> None:
    with pytest.raises(SettingsError) as caught:
        from_env({**VARIABLES, variable: text})
    (line,) = str(caught.value).splitlines()
    assert line.startswith(f"{variable}: {text!r}: {rule}")


def test_functions_are_served_by_knative_unless_told_otherwise() -> None:
    assert Settings().service_deployer == "knative"
