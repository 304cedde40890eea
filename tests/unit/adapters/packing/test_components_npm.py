"""What is read from npm's lock files: what an image gets, and nothing that is not so."""

import base64
import json
from collections.abc import Mapping

import pytest
from support.locked import lock, of_node, purls
from support.sources import source

from knative_lambda.adapters.packing.components import components
from knative_lambda.domain.component import Component
from knative_lambda.domain.runtimes import Language

GIT = "git+ssh://git@code.test/acme/a.git"
COMMIT = "0123456789" * 4
SHA512 = "sha512-" + base64.b64encode(b"x" * 64).decode()
SHA1 = "sha1-" + base64.b64encode(b"y" * 20).decode()

# All of it but for what only development needs, other systems, and the folder of the source.
PROJECT = [
    "pkg:npm/%40esbuild/linux-x64@0.21.5",
    "pkg:npm/%40sindresorhus/is@4.6.0",
    *("pkg:npm/anymatch@3.1.3", "pkg:npm/binary-extensions@2.3.0", "pkg:npm/braces@3.0.3"),
    *("pkg:npm/chokidar@3.6.0", "pkg:npm/fill-range@7.1.1", "pkg:npm/glob-parent@5.1.2"),
    *("pkg:npm/is-binary-path@2.1.0", "pkg:npm/is-extglob@2.1.1", "pkg:npm/is-glob@4.0.3"),
    "pkg:npm/is-number@6.0.0",
    "pkg:npm/is-number@7.0.0",
    "pkg:npm/is-odd@3.0.1",
    *("pkg:npm/normalize-path@3.0.0", "pkg:npm/picomatch@2.3.2", "pkg:npm/readdirp@3.6.0"),
    "pkg:npm/to-regex-range@5.0.1",
]


def packages(**entries: object) -> str:
    """A lock of version 3; a name stands for its folder."""
    return json.dumps(
        {
            "lockfileVersion": 3,
            "packages": {f"node_modules/{name}": entry for name, entry in entries.items()},
        }
    )


def one(entry: Mapping[str, object], name: str = "a") -> Component:
    """The component of one package of version 1.0.0, unless told otherwise."""
    (component,) = of_node(packages(**{name: {"version": "1.0.0", **entry}}))
    return component


def old(**entries: object) -> str:
    """A lock of version 1."""
    return json.dumps({"lockfileVersion": 1, "dependencies": entries})


@pytest.mark.parametrize("version", ["2", "3"])
def test_what_npm_locked_is_what_the_image_gets(version: str) -> None:
    assert purls(of_node(lock(f"package-lock-{version}.json"))) == PROJECT


def test_the_first_version_does_not_tell_what_is_for_other_systems() -> None:
    found = of_node(lock("package-lock-1.json"))

    others = ["pkg:npm/%40esbuild/win32-x64@0.21.5", "pkg:npm/fsevents@2.3.3"]
    assert purls(found) == sorted([*PROJECT, *others])
    assert all(component.optional for component in found if component.purl in others)


def test_a_package_is_told_with_the_hash_of_its_file() -> None:
    (odd,) = (each for each in of_node(lock("package-lock-3.json")) if each.name == "is-odd")

    (algorithm, digest), *more = odd.hashes
    written = base64.b64encode(bytes.fromhex(digest)).decode()
    assert (odd.version, odd.optional, algorithm, more) == ("3.0.1", False, "SHA-512", [])
    assert f'"integrity": "sha512-{written}"' in lock("package-lock-3.json")


def test_a_shrinkwrap_comes_before_a_lock() -> None:
    files = {
        "package-lock.json": packages(a={"version": "1.0.0"}),
        "npm-shrinkwrap.json": packages(b={"version": "1.0.0"}),
    }

    assert purls(components(source(files), Language.NODEJS)) == ["pkg:npm/b@1.0.0"]


def test_without_a_lock_nothing_is_known() -> None:
    assert components(source({"package.json": "{}"}), Language.NODEJS) == ()


@pytest.mark.parametrize(
    "entry",
    [
        {"dev": True},
        {"extraneous": True},
        {"link": True, "resolved": "lib/a"},
        {"optional": True, "os": ["darwin", "win32"]},
        {"optional": True, "os": ["!linux"]},
        {"optional": True, "os": ["darwin", "!win32"]},
    ],
)
def test_what_an_image_does_not_get_is_left_out(entry: dict[str, object]) -> None:
    assert of_node(packages(a={"version": "1.0.0", **entry})) == ()


@pytest.mark.parametrize(
    "entry",
    [
        {"os": ["linux"]},
        {"os": ["darwin", "linux"]},
        {"os": ["any"]},
        {"os": ["!win32", "!darwin"]},
        {"os": []},
        {"os": "linux"},
        {"inBundle": True},
        {"peer": True},
        {"devOptional": True},
    ],
)
def test_what_an_image_may_get_is_told(entry: dict[str, object]) -> None:
    assert one(entry).purl == "pkg:npm/a@1.0.0"


@pytest.mark.parametrize("flag", ["optional", "devOptional"])
def test_what_npm_may_leave_out_is_optional(flag: str) -> None:
    assert one({flag: True}).optional
    assert not one({flag: False}).optional


def test_what_is_optional_in_one_place_alone_is_not() -> None:
    needed, may_be = {"version": "1.0.0"}, {"version": "1.0.0", "optional": True}
    for first, second in ((needed, may_be), (may_be, needed)):
        entries = {"a": first, "b": {"version": "1.0.0"}, "b/node_modules/a": second}
        assert [(each.name, each.optional) for each in of_node(packages(**entries))] == [
            ("a", False),
            ("b", False),
        ]


def test_a_package_of_a_workspace_is_told_and_the_workspace_is_not() -> None:
    lock = {"packages": {"": {"version": "1.0.0"}, "lib/a": {"version": "1.0.0"}}}
    lock["packages"]["lib/a/node_modules/@b/c"] = {"version": "1.0.0"}

    assert purls(of_node(json.dumps(lock))) == ["pkg:npm/%40b/c@1.0.0"]


def test_an_alias_is_told_by_the_name_of_what_it_stands_for() -> None:
    assert one({"name": "@b/c"}).purl == "pkg:npm/%40b/c@1.0.0"
    assert purls(of_node(old(a={"version": "npm:@b/c@1.0.0"}))) == ["pkg:npm/%40b/c@1.0.0"]


@pytest.mark.parametrize(
    ("resolved", "place"),
    [
        (f"{GIT}#{COMMIT}", f"?vcs_url=git%2Bssh://code.test/acme/a.git%40{COMMIT}"),
        (f"{GIT}#main", "?vcs_url=git%2Bssh://code.test/acme/a.git"),
        ("git+https://user:secret@code.test/a.git", "?vcs_url=git%2Bhttps://code.test/a.git"),
        ("https://me:secret@code.test/a.tgz?secret#s", "?download_url=https://code.test/a.tgz"),
        ("https://packages.test/npm/a/-/a-1.0.0.tgz", ""),
        (
            "https://code.test/acme/a/-/archive/a.tgz",
            "?download_url=https://code.test/acme/a/-/archive/a.tgz",
        ),
        ("file:vendor/a-1.0.0.tgz", ""),
        ("vendor@a", ""),
        ("https://[/a.tgz", ""),
        ("https://code.test/\ud800", ""),
        ("https://code.test/\n", ""),
        (7, ""),
        ("", ""),
    ],
)
def test_a_package_of_no_registry_is_told_with_its_place(resolved: object, place: str) -> None:
    assert one({"resolved": resolved}).purl == f"pkg:npm/a@1.0.0{place}"


def test_a_scoped_package_of_a_registry_is_known_as_such() -> None:
    resolved = "https://packages.test/@b/c/-/c-1.0.0.tgz"

    assert one({"resolved": resolved}, "@b/c").purl == "pkg:npm/%40b/c@1.0.0"


def test_of_a_package_from_git_the_first_version_knows_the_commit() -> None:
    (component,) = of_node(old(a={"version": f"{GIT}#{COMMIT}"}))

    assert component.version == COMMIT
    assert component.purl == (
        f"pkg:npm/a@{COMMIT}?vcs_url=git%2Bssh://code.test/acme/a.git%40{COMMIT}"
    )


@pytest.mark.parametrize(
    ("integrity", "hashes"),
    [
        (SHA512, [("SHA-512", b"x" * 64)]),
        (f"{SHA512} {SHA1}", [("SHA-1", b"y" * 20), ("SHA-512", b"x" * 64)]),
        (f"{SHA1}?opt", [("SHA-1", b"y" * 20)]),
        (f"{SHA1} sha1-{base64.b64encode(b'z' * 20).decode()}", []),
        (SHA512.replace("512", "256"), []),
        (SHA512.replace("sha512", "md5"), []),
        ("sha512-!", []),
        ("sha512", []),
        ("-", []),
        (None, []),
        ([SHA512], []),
    ],
)
def test_a_hash_is_told_where_it_is_one(integrity: object, hashes: list[tuple[str, bytes]]) -> None:
    assert one({"integrity": integrity}).hashes == tuple((name, it.hex()) for name, it in hashes)


@pytest.mark.parametrize(
    "name", ["", "@", "@b", "@b/", "@/c", ".a", "_a", "a b", "a/b", "ä", "a\n", "a@1", "\ud800"]
)
def test_what_npm_would_not_call_a_package_is_left_out(name: str) -> None:
    kept = {"version": "1.0.0"}
    assert purls(of_node(packages(**{name: kept, "kept": kept}))) == ["pkg:npm/kept@1.0.0"]


@pytest.mark.parametrize(
    "version",
    [
        *("", "file:lib/a", "https://code.test/a.tgz", "1.0.0\n", "npm:", "git", "git+x#y"),
        *(1, None, {}),
    ],
)
def test_what_has_no_version_is_left_out(version: object) -> None:
    kept = {"version": "1.0.0"}
    for locked in (packages, old):
        text = locked(a={"version": version}, kept=kept)
        assert purls(of_node(text)) == ["pkg:npm/kept@1.0.0"]


@pytest.mark.parametrize(
    "text",
    [
        *("", "[]", "7", "null", '{"packages": []}', '{"packages": {"node_modules/a": 1}}'),
        *('{"dependencies": []}', '{"dependencies": {"a": []}}', '{"a": ' + "1" * 5000 + "}"),
        "[" * 200_000,
        '{"dependencies":' + '{"a":{"dependencies":' * 50_000,
        b'{"packages": "\xe9"}',
        '{"packages": {}}' + " " * (2 << 20),
    ],
)
def test_a_lock_that_cannot_be_read_tells_nothing(text: str | bytes) -> None:
    assert of_node(text) == ()


def test_a_package_in_a_package_is_told_however_deep() -> None:
    deep: dict[str, object] = {"version": "1.0.0"}
    for depth in range(150):
        deep = {"version": f"1.0.{depth}", "dependencies": {f"a{depth}": deep}}

    assert len(of_node(old(a=deep))) == 151
