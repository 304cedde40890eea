"""The environment variables that tell how functions are served in a cluster."""

import attrs

from knative_lambda.build_settings import BuildSettings
from knative_lambda.cluster_variables import address, name, optional_name
from knative_lambda.variables import env


@attrs.frozen(kw_only=True)
class ServingSettings(BuildSettings):
    """A part of the table in `knative_lambda.settings`, on top of the one for builds."""

    function_namespace: str = env(
        "KLB_FUNCTION_NAMESPACE", "knative-lambda", name, "namespace of functions and their Broker"
    )
    broker: str = env("KLB_BROKER", "default", name, "Broker whose events reach functions")
    function_dead_letter_sink: str = env(
        "KLB_FUNCTION_DEAD_LETTER_SINK",
        "http://builder.knative-lambda-system.svc/dead-letters",
        address,
        "URL that events go to which no function took",
    )
    pull_secret: str = env(
        "KLB_PULL_SECRET",
        "",
        optional_name,
        "Secret of functions with .dockerconfigjson to pull with; empty: what their nodes have",
    )
