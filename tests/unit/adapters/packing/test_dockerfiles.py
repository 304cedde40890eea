"""The steps of the Dockerfiles: what they install, in which order, and what the image runs as."""

import attrs
import pytest
from support.dockerfile import Instruction, instructions, stages
from support.sources import go, node, python

from knative_lambda.adapters.packing.generated import generated
from knative_lambda.adapters.packing.installation import Installation
from knative_lambda.adapters.templates.templates import ours
from knative_lambda.domain.base_images import with_images
from knative_lambda.domain.ids import FunctionId
from knative_lambda.domain.request import BuildRequest
from knative_lambda.domain.runtimes import RUNTIMES, Language, Runtime

REQUEST = BuildRequest(
    function=FunctionId("acme", "hello"),
    runtime="nodejs22",
    source_url="",
    build_args=(("TOKEN", "secret"), ("A", "1")),
)
DEPENDS = '{"dependencies": {"left": "^1"}}'
BUILDS = '{"scripts": {"build": "tsc"}, "devDependencies": {"typescript": "5"}}'


STARTS = {
    Language.NODEJS: ("node", "runtime/index.js"),
    Language.PYTHON: ("python", "runtime/main.py"),
    Language.GO: ("/app/server",),
}
INSTALLATIONS = [
    Installation(),
    Installation(install=True),
    Installation(install=True, manifests=("a",), locked=True, hashed=True),
    Installation(install=True, build_script=True, package=True),
    Installation(install=True, manifests=("a",), hashed=True, package=True),
    Installation(package=True, build_script=True),
]


def dockerfile(runtime: str | Runtime, installation: Installation) -> list[list[Instruction]]:
    """The stages of the Dockerfile."""
    row = RUNTIMES[runtime] if isinstance(runtime, str) else runtime
    request = attrs.evolve(REQUEST, runtime=row.name)
    for member in generated(ours(), request, row, installation, has_manifest=True):
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
    assert by_name["FROM"] == (RUNTIMES[runtime].base_image,)
    assert by_name["USER"] == ("65532:65532",)
    assert by_name["WORKDIR"] == ("/app",)
    assert by_name["EXPOSE"] == ("8080",)
    assert by_name["CMD"] == STARTS[RUNTIMES[runtime].language]
    assert Instruction("ENV", ("PORT=8080",)) in final
    assert final.index(Instruction("USER", ("65532:65532",))) > len(final) - 4
    assert {line.words[0].split("=")[0] for line in final if line.name == "LABEL"} == {
        "org.opencontainers.image.title",
        "org.opencontainers.image.description",
        "org.opencontainers.image.base.name",
    }
    assert [stage[0].words for stage in build] == [
        (RUNTIMES[runtime].build_image, "AS", "build")
    ] * len(build)


@pytest.mark.parametrize("runtime", ["nodejs22", "python312", "go127"])
def test_build_arguments_are_names_in_the_build_stage_and_nowhere_in_the_image(
    runtime: str,
) -> None:
    build, final = dockerfile(runtime, Installation(install=True))
    assert [line.words for line in build if line.name == "ARG"] == [("A",), ("TOKEN",)]
    assert [line for line in final if line.name == "ARG"] == []


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("installation", INSTALLATIONS)
def test_the_rows_of_a_language_differ_in_their_images_alone(
    language: Language, installation: Installation
) -> None:
    rows = [row for row in RUNTIMES.values() if row.language is language]
    first, *others = (
        [
            [(line.name, tuple(_unnamed(word, row) for word in line.words)) for line in stage]
            for stage in dockerfile(row.name, installation)
        ]
        for row in rows
    )
    assert others == [first] * (len(rows) - 1)


def _unnamed(word: str, row: Runtime) -> str:
    return word.replace(row.base_image, "BASE").replace(row.build_image, "BUILD")


@pytest.mark.parametrize("runtime", ["nodejs22", "python312", "go127"])
def test_images_of_an_operators_own_are_built_and_stood_on(runtime: str) -> None:
    images = {runtime: "registry.test/base:1", f"{runtime}/build": "registry.test/tools:1"}
    row = with_images(RUNTIMES, images)[runtime]
    build, final = dockerfile(row, Installation(install=True))
    assert build[0].words[0] == "registry.test/tools:1"
    assert final[0].words == ("registry.test/base:1",)
    assert (
        Instruction("LABEL", ("org.opencontainers.image.base.name=registry.test/base:1",)) in final
    )


INTERPRETED = [name for name, row in RUNTIMES.items() if row.language is not Language.GO]


@pytest.mark.parametrize("runtime", INTERPRETED)
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


PIP = "> python -I -m"
BYTECODE = "> python -I -c"


@pytest.mark.parametrize(
    ("requirements", "build"),
    [
        ("", ["COPY function ./", PIP, BYTECODE]),
        ("attrs", ["COPY function ./", PIP, BYTECODE]),
        (
            "attrs==25.1 --hash=sha256:00",
            ["COPY function/requirements.txt ./", PIP, "COPY function ./", PIP, BYTECODE],
        ),
        ("./lib --hash=sha256:00", ["COPY function ./", PIP, PIP, BYTECODE]),
    ],
    ids=["alone", "with requirements", "with hashes", "with files"],
)
def test_a_package_in_python_is_installed_with_what_it_requires(
    requirements: str, build: list[str]
) -> None:
    first, last = dockerfile("python312", python(requirements, project="[build-system]"))
    installs = [line.words for line in first if "pip" in line.words]
    assert steps(first) == build
    assert [words.count(".") for words in installs][-1] == 1
    assert ("--no-deps" in installs[-1]) is (len(installs) == 2)
    assert ["--require-hashes" in words for words in installs].count(True) == len(installs) - 1
    assert "COPY --from=build /app/dependencies dependencies/" in steps(last)


GO_BUILD = ["> go work init", "> go build -trimpath"]


@pytest.mark.parametrize(
    ("files", "build"),
    [
        ({}, ["COPY runtime runtime/", "COPY function function/", *GO_BUILD]),
        (
            {"go.mod": "module function\nrequire code.test/a v1.0.0\n", "go.sum": ""},
            [
                "COPY function/go.mod function/go.sum function/",
                "> go -C function",
                "COPY runtime runtime/",
                "COPY function function/",
                *GO_BUILD,
            ],
        ),
        (
            {"go.mod": "module function\nrequire a.test/a v1.0.0\nreplace a.test/a => ./a\n"},
            ["COPY function function/", "> go -C function", "COPY runtime runtime/", *GO_BUILD],
        ),
    ],
    ids=["plain", "required", "replaced"],
)
def test_modules_in_go_come_before_the_code(files: dict[str, str], build: list[str]) -> None:
    first, last = dockerfile("go127", go(files))
    assert steps(first) == build
    assert Instruction("ENV", ("CGO_ENABLED=0",)) in first
    assert Instruction("ENV", ("GOTOOLCHAIN=local",)) in first
    assert steps(last) == [
        "COPY --from=build /app/server server",
        "COPY runtime/function.json runtime/",
        "COPY function function/",
    ]
