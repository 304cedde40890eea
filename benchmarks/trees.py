"""Trees to pack: the same on each machine with the same Python, and like what tenants send.

Their text is that of Python's own modules, their machine code that of its libraries, and what
does not shrink (images, archives) is noise.
"""

import random
import sysconfig
from collections.abc import Iterator
from functools import cache
from itertools import cycle
from pathlib import Path
from typing import Final

import attrs

MEGABYTE: Final = 10**6
SMALL: Final = 20_000
_TYPICAL: Final = 2_000  # bytes of a small file
_MOST: Final = 100_000
_FOLDERS: Final = 400


@attrs.frozen
class Material:
    """Bytes that files are cut from, and where to cut them."""

    text: bytes
    code: bytes
    noise: bytes
    chance: random.Random

    @classmethod
    def of_this_python(cls) -> "Material":
        """Some 25 MB of text, and less of all else."""
        chance = random.Random(1)  # noqa: S311 - it protects nothing
        library = Path(sysconfig.get_path("stdlib"))
        text = b"".join(_read(library, "*.py"))
        code = b"".join(_read(library, "lib-dynload/*.so"))
        return cls(text, code, chance.randbytes(4 * MEGABYTE), chance)

    def cut(self, source: bytes, size: int) -> bytes:
        """So many bytes of *source*, from anywhere on, around its end."""
        start = self.chance.randrange(len(source))
        found = source[start : start + size]
        while len(found) < size:
            found += source[: size - len(found)]
        return found


def small_files(directory: Path) -> None:
    """As many files as a context may have, half of them below 2 kB, all of them text."""
    _begin(directory)
    _fill(directory, Material.of_this_python(), SMALL - 1)


def large_files(directory: Path) -> None:
    """Six of 25 MB: three of text, two of machine code, one that does not shrink."""
    _begin(directory)
    material = Material.of_this_python()
    for number, content in enumerate(_mixed(material, 6, 25 * MEGABYTE)):
        (directory / f"large-{number}").write_bytes(content)


def code(directory: Path, files: int, size: int, number: int) -> None:
    """A function in Node.js: as many *files* of so many bytes, most of them text; no two
    *numbers* have the same.
    """
    directory.mkdir()
    handler = "exports.handler = async (event, context) => ({});\n"
    (directory / "index.js").write_text(f"// {number}\n{handler}", "utf-8")
    material = _material()
    kinds = cycle((material.text, material.text, material.noise))
    for place, source in zip(range(files - 1), kinds, strict=False):
        (directory / f"module-{place}.js").write_bytes(material.cut(source, size))


@cache
def _material() -> Material:
    return Material.of_this_python()


def gigabyte(directory: Path) -> None:
    """48 such files of 20 MB each, and some 40 MB in small ones."""
    large_number, size = 48, 20 * MEGABYTE
    _begin(directory)
    material = Material.of_this_python()
    for number, content in enumerate(_mixed(material, large_number, size)):
        (directory / f"large-{number}").write_bytes(content)
    _fill(directory, material, SMALL - 1 - large_number)


def _begin(directory: Path) -> None:
    directory.mkdir()
    (directory / "main.py").write_text("async def handler(event, context):\n    return {}\n")


def _fill(directory: Path, material: Material, files: int) -> None:
    folders = [directory / "packages" / f"package_{number}" for number in range(_FOLDERS)]
    for folder in folders:
        folder.mkdir(parents=True)
    for number, folder in zip(range(files), cycle(folders), strict=False):
        size = min(_MOST, int(material.chance.lognormvariate(0, 1) * _TYPICAL))
        (folder / f"module_{number}.py").write_bytes(material.cut(material.text, size))


def _mixed(material: Material, files: int, size: int) -> Iterator[bytes]:
    kinds = (material.text, material.code, material.text, material.noise, material.text)
    for _, source in zip(range(files), cycle((*kinds, material.code)), strict=False):
        yield material.cut(source, size)


def _read(folder: Path, pattern: str) -> Iterator[bytes]:
    found = sorted(folder.rglob(pattern))
    if not found:
        raise FileNotFoundError(f"{folder} has no {pattern}, of which the trees would be made")
    return (path.read_bytes() for path in found if "site-packages" not in path.parts)
