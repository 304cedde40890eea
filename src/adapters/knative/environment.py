"""The environment variables of a function's container."""

from knative_lambda.adapters.kubernetes.job_environment import literal
from knative_lambda.ports.function_settings import VARIABLE, function_settings
from knative_lambda.ports.service_deployer import ServiceSpec


def variables(spec: ServiceSpec) -> list[dict[str, str]]:
    """What the tenant set, and ours, which are also above whatever a Secret holds."""
    # A Secret often has a key HOST for something else, and the wrapper would listen there.
    own = {"HOST": "0.0.0.0", VARIABLE: function_settings(spec)}  # noqa: S104 - a pod is reached from outside
    return [
        {"name": name, "value": literal(value)}
        for name, value in {**dict(spec.config.env), **own}.items()
    ]
