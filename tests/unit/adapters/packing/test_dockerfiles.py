"""The steps of the Dockerfiles: what they install, in which order, and what the image runs as."""

import attrs
import pytest
from support.dockerfile import Instruction, instructions, stages
from support.sources import node, python

from knative_lambda.adapters.packing.generated import generated
from knative_lambda.adapters.packing.installation import Installation
from knative_lambda.domain.ids import FunctionId
from knative_lambda.domain.request import BuildRequest
from knative_lambda.domain.runtimes import RUNTIMES

REQUEST = BuildRequest(
    function=FunctionId("acme", "hello"),
    runtime="nodejs22",
    source_url="",
    build_args=(("TOKEN", "secret"), ("A", "1")),
)
DEPENDS = '{"dependencies": {"left": "^1"}}'
BUILDS = '{"scripts": {"build": "tsc"}, "devDependencies": {"typescript": "5"}}'


def dockerfile(runtime: str, installation: Installation) -> list[list[Instruction]]:
    """The stages of the Dockerfile."""
    request = attrs.evolve(REQUEST, runtime=runtime)
    for member in generated(request, RUNTIMES[runtime], installation, has_package=True):
        if member.path == "Dockerfile":
            assert isinstance(member.origin, bytes)
            return stages(instructions(member.origin))
    raise AssertionError("no Dockerfile")


def steps(stage: list[Instruction]) -> list[str]:
    """What a stage does with files, in one line each."""
    return [
        " ".join(["COPY" if line.name == "COPY" else ">", *line.words[:3]])
        for line in stage
        if line.name in {"COPY", "RUN"}
    ]


@pytest.mark.parametrize("runtime", sorted(RUNTIMES))
@pytest.mark.parametrize(
    "installation", [Installation(), Installation(install=True)], ids=["plain", "installed"]
)
def test_an_image_runs_as_a_number_from_the_table_and_by_an_exec_form(
    runtime: str, installation: Installation
) -> None:
    *build, final = dockerfile(runtime, installation)
    by_name = {line.name: line.words for line in final}
    start = ("node", "runtime/index.js") if "node" in runtime else ("python", "runtime/main.py")
    assert by_name["FROM"] == (RUNTIMES[runtime].base_image,)
    assert by_name["USER"] == ("65532:65532",)
    assert by_name["WORKDIR"] == ("/app",)
    assert by_name["EXPOSE"] == ("8080",)
    assert by_name["CMD"] == start
    assert Instruction("ENV", ("PORT=8080",)) in final
    assert final.index(Instruction("USER", ("65532:65532",))) > len(final) - 4
    assert {line.words[0].split("=")[0] for line in final if line.name == "LABEL"} == {
        "org.opencontainers.image.title",
        "org.opencontainers.image.description",
        "org.opencontainers.image.base.name",
    }
    assert [stage[0].words[0] for stage in build] == [RUNTIMES[runtime].base_image] * len(build)


@pytest.mark.parametrize("runtime", ["nodejs22", "python312"])
def test_build_arguments_are_names_in_the_build_stage_and_nowhere_in_the_image(
    runtime: str,
) -> None:
    build, final = dockerfile(runtime, Installation(install=True))
    assert [line.words for line in build if line.name == "ARG"] == [("A",), ("TOKEN",)]
    assert [line for line in final if line.name == "ARG"] == []


@pytest.mark.parametrize("runtime", sorted(RUNTIMES))
def test_a_function_without_dependencies_is_built_in_one_stage(runtime: str) -> None:
    (only,) = dockerfile(runtime, Installation())
    assert steps(only)[:2] == ["COPY runtime runtime/", "COPY function function/"]


@pytest.mark.parametrize(
    ("files", "build", "final"),
    [
        (
            {"package": DEPENDS, "lock": "{}"},
            [
                "COPY function/package.json function/package-lock.json ./",
                "> npm ci --omit=dev",
                "> mkdir -p node_modules",
            ],
            ["COPY --from=build /app/function/node_modules function/node_modules/"],
        ),
        (
            {"package": "{}", "shrinkwrap": "{}"},
            [
                "COPY function/package.json function/npm-shrinkwrap.json ./",
                "> npm ci --omit=dev",
                "> mkdir -p node_modules",
            ],
            ["COPY --from=build /app/function/node_modules function/node_modules/"],
        ),
        (
            {"package": DEPENDS},
            [
                "COPY function/package.json ./",
                "> npm install --omit=dev",
                "> mkdir -p node_modules",
            ],
            ["COPY --from=build /app/function/node_modules function/node_modules/"],
        ),
        (
            {"package": '{"dependencies": {"own": "file:./lib"}}'},
            ["COPY function ./", "> npm install --omit=dev", "> mkdir -p node_modules"],
            ["COPY --from=build /app/function function/"],
        ),
        (
            {"package": BUILDS},
            [
                "COPY function/package.json ./",
                "> npm install --include=dev",
                "> mkdir -p node_modules",
                "COPY function ./",
                "> npm run build",
                "> npm prune --omit=dev",
            ],
            ["COPY --from=build /app/function function/"],
        ),
        (
            {"package": '{"scripts": {"build": "node make.js"}}'},
            ["COPY function ./", "> npm run build"],
            ["COPY --from=build /app/function function/"],
        ),
    ],
    ids=["locked", "shrinkwrap", "unlocked", "local", "built", "built alone"],
)
def test_nodejs_dependencies_come_before_the_code(
    files: dict[str, str], build: list[str], final: list[str]
) -> None:
    first, last = dockerfile("nodejs22", node(**files))
    copied_whole = final == ["COPY --from=build /app/function function/"]
    expected = (
        ["COPY runtime runtime/", *final]
        if copied_whole
        else [*final, "COPY runtime runtime/", "COPY function function/"]
    )
    assert steps(first) == build
    assert steps(last) == expected


@pytest.mark.parametrize(
    ("requirements", "hashed"),
    [
        ("attrs==25.1 \\\n    --hash=sha256:00", True),
        ("--require-hashes\nattrs==25.1", True),
        ("attrs==25.1 # --hash=sha256:00", False),
        ("attrs==25.1", False),
    ],
)
def test_hashes_are_required_when_there_are_any(requirements: str, hashed: bool) -> None:  # noqa: FBT001 - a column
    first, _ = dockerfile("python312", python(requirements))
    (install,) = [line.words for line in first if "pip" in line.words]
    assert ("--require-hashes" in install) is hashed
    assert install[-4:] == ("--target", "/app/dependencies", "--requirement", "requirements.txt")


def test_python_dependencies_come_before_the_code() -> None:
    first, last = dockerfile("python312", python("attrs"))
    assert steps(first)[:2] == ["COPY function/requirements.txt ./", "> python -I -m"]
    assert steps(last)[:3] == [
        "COPY --from=build /app/dependencies dependencies/",
        "COPY runtime runtime/",
        "COPY function function/",
    ]
