"""What builds of generated Dockerfiles do with each kind of source."""

import json
from collections.abc import Mapping
from typing import Any

import pytest
from images.building import Builder
from images.machine import MOUNT_POINTS
from images.serving import serving


def package(scripts: Mapping[str, str] | None = None, **members: Any) -> str:
    given = {"name": "function", "version": "1.0.0", "scripts": dict(scripts or {})}
    return json.dumps({**given, **members})


@pytest.mark.parametrize(
    ("runtime", "files"),
    [
        (
            "nodejs22",
            {"index.js": "", "package.json": package(dependencies={"ms": "0.0.0-never"})},
        ),
        ("nodejs24", {"index.js": "", "package.json": package({"build": "exit 7"})}),
        ("python311", {"index.py": "", "requirements.txt": "humanize==0.0.0.dev0\n"}),
        ("go127", {"function.go": "package function\n\nfunc Handle() { missing() }\n"}),
    ],
)
def test_a_step_that_fails_fails_the_build(
    builder: Builder, runtime: str, files: Mapping[str, str]
) -> None:
    with builder.built(f"failing-{runtime}", files, runtime=runtime) as build:
        assert build.exit_code != 0
        assert build.image not in builder.storage.images()


def test_a_requirement_with_another_hash_fails_the_build(builder: Builder) -> None:
    files = {"index.py": "", "requirements.txt": f"humanize==4.12.0 --hash=sha256:{'0' * 64}\n"}
    with builder.built("hashes", files, runtime="python311") as build:
        assert build.exit_code != 0
        assert "DO NOT MATCH THE HASHES" in build.log


def test_typescript_is_compiled_and_its_compiler_left_behind(builder: Builder) -> None:
    files = {
        "src/index.ts": "import ms from 'ms';\n"
        "interface Event { data: { seconds: number } }\n"
        "export const handler = (event: Event): string =>\n"
        "  ms(event.data.seconds * 1000, { long: true });\n",
        "package.json": package(
            {"build": "tsc"},
            dependencies={"ms": "2.1.3"},
            devDependencies={"typescript": "~5.9.2", "@types/ms": "2.1.0"},
        ),
        "tsconfig.json": json.dumps(
            {
                "compilerOptions": {
                    "esModuleInterop": True,
                    "module": "commonjs",
                    "outDir": "dist",
                    "strict": True,
                    "target": "es2022",
                },
                "include": ["src"],
            }
        ),
    }
    with builder.built("ts", files, runtime="nodejs24", handler="dist/index.handler") as build:
        assert build.exit_code == 0, build.log
        with serving(builder.storage, build) as function:
            assert function.call({"seconds": 60}).body == b"1 minute"
            modules = function.rootfs / "app" / "function" / "node_modules"
            assert (modules / "ms").is_dir()
            assert not (modules / "typescript").exists()


def test_a_python_package_is_installed_with_its_dependencies(builder: Builder) -> None:
    files = {
        "index.py": "from spoken import said\n\n\n"
        "def handler(event, context):\n"
        "    return said(event.data)\n",
        "src/spoken/__init__.py": "import humanize\n\n\n"
        "def said(number):\n"
        "    return humanize.intcomma(number)\n",
        "pyproject.toml": "[build-system]\n"
        'requires = ["setuptools>=68"]\n'
        'build-backend = "setuptools.build_meta"\n\n'
        "[project]\n"
        'name = "spoken"\n'
        'version = "1.0"\n'
        'dependencies = ["humanize>=4.11,<5"]\n',
    }
    with builder.built("package", files, runtime="python311") as build:
        assert build.exit_code == 0, build.log
        with serving(builder.storage, build) as function:
            assert function.call(1234567).body == b"1,234,567"


def test_steps_of_a_build_see_the_settings_that_the_image_must_not_have(builder: Builder) -> None:
    sought = f"grep --files-with-matches {builder.settings.mark} {' '.join(MOUNT_POINTS)}"
    files = {"index.js": "", "package.json": package({"build": sought})}
    with builder.built("sought", files, runtime="nodejs22") as build:
        assert build.exit_code == 0, build.log
        assert set(MOUNT_POINTS) <= set(build.log.splitlines())
        with builder.storage.container(build.image) as container:
            for point in MOUNT_POINTS:
                text = (container.rootfs / point.removeprefix("/")).read_text()
                assert builder.settings.mark not in text
