"""What is in a function's image, as a CycloneDX document.

Source: https://cyclonedx.org/docs/1.5/json/
"""

import json
from collections.abc import Iterable, Mapping
from typing import Final

from knative_lambda.domain.component import Component
from knative_lambda.domain.ids import FunctionId
from knative_lambda.domain.runtimes import Runtime

_FUNCTION: Final = "function"  # what the rest of the document calls it


def sbom(
    function: FunctionId, runtime: Runtime, base: str, components: Iterable[Component]
) -> bytes:
    """The document of the image of *function*; equal arguments give equal bytes.

    Args:
        function: Its ids are told, and nothing else of the tenant.
        runtime: What runs it.
        base: The image that its image stands on.
        components: Each purl once; their order does not matter.
    """
    document = {
        "$schema": "http://cyclonedx.org/schema/bom-1.5.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "metadata": {
            # It is read from lock files, and not from what was installed.
            "lifecycles": [{"phase": "pre-build"}],
            "component": {
                "bom-ref": _FUNCTION,
                "type": "application",
                "group": function.third_party_id,
                "name": function.parser_id,
            },
        },
        "components": [
            {"type": "container", "name": base},
            {"type": "platform", "name": runtime.language.value, "version": runtime.version},
            *(_library(each) for each in sorted(components, key=lambda each: each.purl)),
        ],
        # What the base image brings is not listed, nor what no lock file pins.
        "compositions": [{"aggregate": "incomplete", "assemblies": [_FUNCTION]}],
    }
    return json.dumps(document, separators=(",", ":")).encode("ascii")


def _library(component: Component) -> Mapping[str, object]:
    described: dict[str, object] = {
        "bom-ref": component.purl,
        "type": "library",
        "name": component.name,
        "version": component.version,
        "scope": "optional" if component.optional else "required",
        "purl": component.purl,
    }
    if component.hashes:
        described["hashes"] = [
            {"alg": algorithm, "content": digest} for algorithm, digest in component.hashes
        ]
    return described
