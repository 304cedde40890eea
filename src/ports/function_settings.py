"""What a function's wrapper is told of how it is served: the variable FUNCTION_SETTINGS."""

import json
from typing import Final

from knative_lambda.ports.service_deployer import ServiceSpec

VARIABLE: Final = "FUNCTION_SETTINGS"


def function_settings(spec: ServiceSpec) -> str:
    """The value of the variable: JSON, which every wrapper puts over what its image says."""
    return json.dumps(
        {
            "build_id": spec.build_id,
            "timeout_seconds": spec.config.timeout_seconds,
            "triggers": [dict(attributes) for _, attributes in spec.triggers],
        }
    )
