"""What package.json and npm's lock files ask of a build, and which of them are refused."""

import pytest
from support.sources import node, source

from knative_lambda.adapters.packing.installation import Installation
from knative_lambda.adapters.packing.node_project import node_installation
from knative_lambda.domain.errors import SourceRefusedError
from knative_lambda.domain.failures import Reason

DEPENDS = '{"dependencies": {"left": "^1"}}'


@pytest.mark.parametrize(
    "package",
    [
        "{}",
        '{"devDependencies": {"a": "1"}}',
        '{"dependencies": {}}',
        '{"dependencies": null, "scripts": []}',
        '\ufeff{"scripts": {"test": "x", "build": ""}}',
    ],
)
def test_a_package_that_needs_nothing_installs_nothing(package: str) -> None:
    assert node(package) == Installation()


@pytest.mark.parametrize("section", ["dependencies", "optionalDependencies", "peerDependencies"])
def test_each_kind_of_dependency_is_installed(section: str) -> None:
    assert node(f'{{"{section}": {{"a": "1"}}}}').install


@pytest.mark.parametrize(
    "package",
    [
        '{"dependencies": {"a": "1"}, "scripts": {"postinstall": "node x.js"}}',
        '{"dependencies": {"a": "1"}, "scripts": {"prepare": "x"}}',
        '{"dependencies": {"a": "1"}, "workspaces": ["lib"]}',
        '{"dependencies": {"a": "../a"}}',
        '{"dependencies": {"a": "1"}, "devDependencies": {"b": "link:b"}}',
    ],
)
def test_an_installation_that_may_need_the_code_gets_it(package: str) -> None:
    assert node(package) == Installation(install=True)


def test_settings_of_npm_are_there_when_it_installs() -> None:
    installation = node(DEPENDS, npmrc="registry=https://packages.test")
    assert installation.manifests == ("package.json", ".npmrc")


def test_an_addon_gets_its_code() -> None:
    files = {"package.json": DEPENDS, "binding.gyp": "{}"}
    assert node_installation(source(files)) == Installation(install=True)


@pytest.mark.parametrize(
    ("package", "said"),
    [
        ("", "is not valid JSON: Expecting value at line 1, column 1"),
        ('{"a": 1,}', "is not valid JSON: "),
        ('{\n"a" 1}', "is not valid JSON: Expecting ':' delimiter at line 2, column 5"),
        ('{"a": NaN}', "is not valid JSON: it has no value NaN"),
        ("[" * 100_000, "is not valid JSON: "),
        ('{"a": ' + "1" * 5000 + "}", "is not valid JSON: "),
        ("[]", "must be a JSON object"),
        ('"{}"', "must be a JSON object"),
        (b'{"a": "\xe9"}', "is not UTF-8 at byte 7; save it as UTF-8"),
        (b" " * (1 << 20) + b"{}", "has 1048578 bytes; the limit is 1048576"),
    ],
)
def test_a_package_json_that_npm_cannot_read_is_refused(package: str | bytes, said: str) -> None:
    with pytest.raises(SourceRefusedError) as caught:
        node_installation(source({"package.json": package}))
    assert caught.value.reason is Reason.SOURCE_REJECTED
    assert caught.value.detail.startswith(f"package.json: {said}")


def test_a_lock_file_without_its_package_json_is_refused() -> None:
    with pytest.raises(SourceRefusedError, match=r"package-lock.json: has no package.json beside"):
        node_installation(source({"package-lock.json": "{}"}))


OTHERS = ["yarn.lock", "pnpm-lock.yaml", "bun.lock", "bun.lockb"]


@pytest.mark.parametrize("name", OTHERS)
def test_a_lock_of_another_program_is_refused_as_npm_would_take_other_versions(name: str) -> None:
    with pytest.raises(SourceRefusedError) as refused:
        node_installation(source({"package.json": DEPENDS, name: ""}))
    assert refused.value.reason is Reason.SOURCE_REJECTED
    assert refused.value.detail == (
        f"{name}: is not read, since npm installs what a function depends on; run: "
        f"npm install --package-lock-only, and add package-lock.json or remove {name}"
    )


@pytest.mark.parametrize("name", OTHERS)
@pytest.mark.parametrize(
    "files", [{"package.json": DEPENDS, "package-lock.json": "{}"}, {"package.json": "{}"}]
)
def test_a_lock_of_another_program_harms_nobody_where_it_is_not_needed(
    files: dict[str, str], name: str
) -> None:
    assert node_installation(source({**files, name: ""})) == node_installation(source(files))
