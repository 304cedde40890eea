"""A folder of an operator's own templates: what it may replace, and what it is refused for."""

from pathlib import Path

import attrs
import pytest
from support import knative_specs
from support.jobs import SETTINGS, spec_of
from support.knative_world import PLACE
from support.own_templates import DOCKERFILE, FUNCTION, planted, refused

from knative_lambda.adapters.knative.manifests import Manifests
from knative_lambda.adapters.kubernetes.job_manifest import manifest
from knative_lambda.adapters.packing.generated import generated
from knative_lambda.adapters.packing.installation import Installation
from knative_lambda.adapters.templates.folder import packaged
from knative_lambda.adapters.templates.overrides import overridden
from knative_lambda.adapters.templates.templates import Manifest, Templates
from knative_lambda.adapters.templates.values import VALUES
from knative_lambda.domain.ids import FunctionId
from knative_lambda.domain.request import BuildRequest
from knative_lambda.domain.runtimes import RUNTIMES
from knative_lambda.ports.service_deployer import Service

RENDERED = [name for name in packaged() if name.endswith(".j2")]
REQUEST = BuildRequest(function=FunctionId("acme", "hello"), runtime="nodejs22", source_url="")
JOB = spec_of(REQUEST.function, "0123456789abcdef" * 2)
ROWS = {row.language: row for row in RUNTIMES.values()}


@attrs.frozen(eq=False)
class Noting(Templates):
    """Notes which values each template gets."""

    seen: dict[str, set[str]] = attrs.field(factory=dict)

    def rendered(self, name: str, /, **values: object) -> bytes:
        self.seen[name] = set(values)
        return super().rendered(name, **values)

    def manifest(self, name: str, /, **values: object) -> Manifest:
        self.seen[name] = set(values)
        return super().manifest(name, **values)


def test_each_template_gets_the_values_of_its_table_and_no_others() -> None:
    noting = Noting()
    for row in ROWS.values():
        list(generated(noting, REQUEST, row, Installation(), has_manifest=False))
    owner = Service(name=knative_specs.NAME, uid="an-uid", version="1", key=None)
    served = knative_specs.spec(1, "a")
    manifest(JOB, attrs.evolve(SETTINGS, templates=noting))
    in_a_cluster = Manifests(attrs.evolve(PLACE, templates=noting))
    in_a_cluster.service(served)
    in_a_cluster.service_account(served, owner)
    in_a_cluster.trigger(served, owner, *served.triggers[0])
    assert noting.seen == {name: set(values) for name, values in VALUES.items()}
    assert set(VALUES) == set(RENDERED)


def test_a_folder_without_files_replaces_nothing(tmp_path: Path) -> None:
    assert overridden(tmp_path).contents == packaged()


@pytest.mark.parametrize(
    "name",
    [
        *("runtimes/dockerignore", "runtimes/func.yaml.j2", "runtimes/go/runtime/server/main.go"),
        *("runtimes/python/runtime/main.py", "runtimes/nodejs/runtime/index.js"),
    ],
)
def test_a_file_at_the_path_of_a_template_takes_its_place_alone(tmp_path: Path, name: str) -> None:
    made = overridden(planted(tmp_path, {name: "another: one\n"}))
    assert made.contents == {**packaged(), name: b"another: one\n"}
    assert list(made.contents) == list(packaged())


def test_a_context_is_made_of_what_was_replaced(tmp_path: Path) -> None:
    files = {
        DOCKERFILE: "FROM {{ base_image | image }}\n# é\n",
        FUNCTION: '{"handler": {{ handler }}}\n',
        "runtimes/nodejs/package.json.j2": '{"name": {{ name }}}\n',
        "runtimes/dockerignore": "secrets\n",
        "runtimes/nodejs/runtime/index.js": "process.exit()\n",
    }
    templates = overridden(planted(tmp_path, files))
    request = attrs.evolve(REQUEST, handler='x"y')
    members = generated(
        templates, request, RUNTIMES["nodejs22"], Installation(), has_manifest=False
    )
    found = {member.path: member.origin for member in members}
    assert found["Dockerfile"] == "FROM docker.io/library/node:22-slim\n# é\n".encode()
    assert found["runtime/function.json"] == b'{"handler": "x\\"y"}\n'
    assert found[".dockerignore"] == b"secrets\n"
    assert found["runtime/index.js"] == b"process.exit()\n"
    assert str(found["function/package.json"]).startswith('b\'{"name": "lambda-acme-hello-')
    assert found["runtime/server.js"] == packaged()["runtimes/nodejs/runtime/server.js"]


def test_templates_are_read_once(tmp_path: Path) -> None:
    made = overridden(planted(tmp_path, {FUNCTION: "{{ handler }}"}))
    planted(tmp_path, {FUNCTION: "changed"})
    assert made.rendered(FUNCTION, handler="a") == b'"a"'


def test_a_byte_order_mark_is_no_part_of_a_template(tmp_path: Path) -> None:
    made = overridden(planted(tmp_path, {FUNCTION: b"\xef\xbb\xbf{{ handler }}"}))
    assert made.rendered(FUNCTION, handler="a") == b'"a"'


def test_a_folder_may_be_one_that_kubernetes_mounts(tmp_path: Path) -> None:
    planted(tmp_path / "..2026_11_28", {FUNCTION: "{{ handler }}"})
    (tmp_path / "..data").symlink_to("..2026_11_28")
    (tmp_path / "runtimes").symlink_to("..data/runtimes")
    assert overridden(tmp_path).contents[FUNCTION] == b"{{ handler }}"


IN_NODEJS = "in runtimes/nodejs are: Dockerfile.j2, package.json.j2, runtime/"
TOP = "kaniko-job.yaml.j2, runtimes/, service.yaml.j2, serviceaccount.yaml.j2, trigger.yaml.j2"
STRAYS = {
    "runtimes/nodejs/Dockerfile.j2.txt": IN_NODEJS,
    "runtimes/nodejs/Dockerfile": IN_NODEJS,
    "runtimes/nodejs/.gitkeep": IN_NODEJS,
    "README.md": f"there are: {TOP}",
    "Dockerfile.j2": f"there are: {TOP}",
    "runtimes/dockerignore.j2": (
        "in runtimes are: dockerignore, func.yaml.j2, function.json.j2, go/, nodejs/, python/"
    ),
    "runtimes/python/runtime/extra.py": "in runtimes/python/runtime are: lambda_runtime/, main.py",
}


@pytest.mark.parametrize(("name", "there"), STRAYS.items())
def test_a_file_that_replaces_nothing_is_told_with_the_names_there_are(
    tmp_path: Path, name: str, there: str
) -> None:
    assert refused(tmp_path, {name: ""}) == [f"{name}: takes no template's place; {there}"]


def test_a_folder_of_no_templates_is_told_and_not_entered(tmp_path: Path) -> None:
    (tmp_path / "runtimes").mkdir()
    (tmp_path / "runtimes" / "cobol").symlink_to(tmp_path)
    (problem,) = refused(tmp_path, {})
    assert problem.startswith("runtimes/cobol: takes no template's place; in runtimes are: ")


def test_a_template_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    (tmp_path / FUNCTION).mkdir(parents=True)
    assert refused(tmp_path, {}) == [f"{tmp_path / FUNCTION}: cannot be read: Is a directory"]


def test_all_that_is_wrong_is_told_at_once(tmp_path: Path) -> None:
    said = refused(tmp_path, {"README.md": "", FUNCTION: "{{ a }} {{ b }}", DOCKERFILE: "{% fi %}"})
    assert [line.partition(":")[0] for line in said] == [
        "README.md",
        f"{FUNCTION}, line 1",
        f"{FUNCTION}, line 1",
        f"{DOCKERFILE}, line 1",
    ]
