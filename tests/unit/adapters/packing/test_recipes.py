"""The Dockerfiles of our templates are read as recipes, and those of operators like them."""

from collections.abc import Iterator

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from knative_lambda.adapters.packing.generated import generated
from knative_lambda.adapters.packing.installation import Installation
from knative_lambda.adapters.templates.templates import Templates, ours
from knative_lambda.domain.ids import FunctionId
from knative_lambda.domain.kept_layer import kept_layer
from knative_lambda.domain.recipe import Copy, NoRecipeError, Recipe
from knative_lambda.domain.recipe_reading import recipe
from knative_lambda.domain.request import BuildRequest
from knative_lambda.domain.runtimes import RUNTIMES, Language

REQUEST = BuildRequest(function=FunctionId("acme", "hello"), runtime="nodejs22", source_url="")
CODE = ("function/index.js", "function/lib/more.js")

installations = st.builds(
    Installation,
    install=st.booleans(),
    manifests=st.lists(st.sampled_from(["a.json", ".npmrc", "b-1.txt"]), unique=True).map(tuple),
    locked=st.booleans(),
    build_script=st.booleans(),
    hashed=st.booleans(),
    package=st.booleans(),
)
requests = st.builds(
    attrs.evolve,
    st.just(REQUEST),
    runtime=st.sampled_from(sorted(RUNTIMES)),
    build_args=st.lists(st.sampled_from([("A", "1"), ("TOKEN", "$x")]), unique=True).map(tuple),
)


def read(
    request: BuildRequest, installation: Installation, templates: Templates | None = None
) -> Recipe:
    row = RUNTIMES[request.runtime]
    found = {
        member.path: member.origin
        for member in generated(templates or ours(), request, row, installation, has_manifest=True)
    }
    dockerfile = found["Dockerfile"]
    assert isinstance(dockerfile, bytes)
    manifests = (f"function/{name}" for name in installation.manifests)
    return recipe(dockerfile.decode(), {*found, *CODE, *manifests})


@given(request=requests, installation=installations)
def test_whatever_is_rendered_from_our_templates_is_read(
    request: BuildRequest, installation: Installation
) -> None:
    found = read(request, installation)
    row = RUNTIMES[request.runtime]
    assert found.base == row.base_image
    assert (found.folder, found.user, found.ports) == ("/app", "65532:65532", ("8080/tcp",))
    assert found.command is not None
    assert ("PORT", "8080") in found.environment
    assert {copy.target for copy in _copies(found)} >= {"/app/runtime/", "/app/function/"}
    kept = kept_layer(found, {}, request.build_args)
    assert (kept is None) is (found.stages == ())
    assert (kept is not None) is (
        row.language is Language.GO or _is_built(row.language, installation)
    )


def _copies(found: Recipe) -> Iterator[Copy]:
    return (step.copy for step in found.steps if step.copy is not None)


def _is_built(language: Language, installation: Installation) -> bool:
    second = installation.build_script if language is Language.NODEJS else installation.package
    return installation.install or second


@pytest.mark.parametrize(
    "runtime", [name for name, row in RUNTIMES.items() if row.language is Language.PYTHON]
)
def test_only_much_code_in_python_must_be_built(runtime: str) -> None:
    request = attrs.evolve(REQUEST, runtime=runtime)
    with pytest.raises(NoRecipeError, match=r"runs a command in the image itself: RUN \[.python"):
        read(request, Installation(compiled=True))


def test_what_is_installed_before_the_code_keeps_its_name_when_the_code_changes() -> None:
    inputs = {
        language: read(
            attrs.evolve(REQUEST, runtime=runtime),
            Installation(install=True, manifests=("a.json",)),
        )
        .stages[0]
        .inputs
        for language, runtime in [("nodejs", "nodejs22"), ("python", "python312"), ("go", "go127")]
    }
    assert inputs == {
        "nodejs": ("function/a.json",),
        "python": ("function/a.json",),
        "go": ("function", "function/a.json", "runtime"),
    }


OPERATORS = """\
# syntax=docker/dockerfile:1
# The base of our house.
FROM {{ base_image | image }} AS house
LABEL maintainer="Platform team" \\
      org.opencontainers.image.vendor='Example'
ENV TZ=Europe/Berlin \\
    # A comment between.
    NODE_OPTIONS="--max-old-space-size=200 --enable-source-maps"

FROM house
WORKDIR /srv
WORKDIR app
COPY ["runtime", "./runtime"]
COPY ./function ./function/
USER 65532
EXPOSE 8080/tcp
ENTRYPOINT ["node", "--enable-source-maps"]
CMD ["runtime/index.js"]
"""


def test_a_template_of_an_operators_own_is_read() -> None:
    name = "runtimes/nodejs/Dockerfile.j2"
    templates = Templates({**ours().contents, name: OPERATORS.encode()})
    found = read(REQUEST, Installation(), templates)
    assert found.base == "docker.io/library/node:22-slim"
    assert found.folder == "/srv/app"
    assert dict(found.environment)["NODE_OPTIONS"] == (
        "--max-old-space-size=200 --enable-source-maps"
    )
    assert dict(found.labels)["org.opencontainers.image.vendor"] == "Example"
    assert [copy.target for copy in _copies(found)] == ["/srv/app/runtime", "/srv/app/function/"]
    assert (found.entrypoint, found.command) == (
        ("node", "--enable-source-maps"),
        ("runtime/index.js",),
    )
