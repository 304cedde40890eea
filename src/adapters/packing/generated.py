"""The files of a context that are not the tenant's: Dockerfile, wrapper and descriptions."""

from collections.abc import Iterator
from typing import Final

import attrs

from knative_lambda.adapters.packing.go_project import MODULE, generated_module
from knative_lambda.adapters.packing.installation import Installation
from knative_lambda.adapters.packing.members import Member, rendered
from knative_lambda.adapters.packing.node_project import PACKAGE
from knative_lambda.adapters.packing.source import FOLDER
from knative_lambda.adapters.templates.templates import Templates
from knative_lambda.domain import names
from knative_lambda.domain.request import BuildRequest
from knative_lambda.domain.runtimes import Language, Runtime

DOCKERFILE: Final = "Dockerfile"
DOCKERIGNORE: Final = ".dockerignore"
_TEMPLATES: Final = "runtimes"
_FUNC_RUNTIMES: Final = {
    Language.NODEJS: "node",
    Language.PYTHON: "python",
    Language.GO: "go",
}
# What the source must have, and gets where the tenant has nothing to say in it.
MANIFESTS: Final = {Language.NODEJS: PACKAGE, Language.GO: MODULE}


def generated(
    templates: Templates,
    request: BuildRequest,
    runtime: Runtime,
    installation: Installation,
    *,
    has_manifest: bool,
) -> Iterator[Member]:
    """Each generated file of the context of *request*.

    Nothing of how the function is served goes into any of them: a change of that must not ask
    for another image. *has_manifest* tells that the tenant brings the one of `MANIFESTS`.

    Raises:
        SetupError: An operator's template cannot be rendered.
    """
    folder = f"{_TEMPLATES}/{runtime.language.value}"
    yield rendered(
        DOCKERFILE,
        templates.rendered(
            f"{folder}/Dockerfile.j2",
            base_image=runtime.base_image,
            build_image=runtime.build_image,
            build_args=_build_args(request),
            **attrs.asdict(installation),
        ),
    )
    yield rendered(DOCKERIGNORE, templates.contents[f"{_TEMPLATES}/dockerignore"])
    yield rendered("func.yaml", _func_yaml(templates, request, runtime))
    yield rendered("runtime/function.json", _function_json(templates, request))
    for path, content in templates.below(f"{folder}/runtime"):
        yield rendered(f"runtime/{path}", content)
    if has_manifest:
        return
    if runtime.language is Language.NODEJS:
        name, node = names.service(request.function), f"{runtime.version}.x"
        package = templates.rendered(f"{folder}/{PACKAGE}.j2", name=name, node=node)
        yield rendered(f"{FOLDER}/{PACKAGE}", package)
    if runtime.language is Language.GO:
        yield rendered(f"{FOLDER}/{MODULE}", generated_module(runtime.version))


def _build_args(request: BuildRequest) -> list[str]:
    return sorted(name for name, _ in request.build_args)


def _func_yaml(templates: Templates, request: BuildRequest, runtime: Runtime) -> bytes:
    build_envs = [{"name": name, "value": f"{{{{ env:{name} }}}}"} for name in _build_args(request)]
    return templates.rendered(
        f"{_TEMPLATES}/func.yaml.j2",
        name=names.service(request.function),
        runtime=_FUNC_RUNTIMES[runtime.language],
        build_envs=build_envs,
    )


def _function_json(templates: Templates, request: BuildRequest) -> bytes:
    return templates.rendered(
        f"{_TEMPLATES}/function.json.j2",
        third_party_id=request.function.third_party_id,
        parser_id=request.function.parser_id,
        handler=request.handler,
        source=names.tenant_source(request.function.third_party_id),
    )
