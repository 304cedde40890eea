"""Source trees for the packing tests: random ones, and one on disk from a mapping."""

from collections.abc import Iterable
from pathlib import Path

from hypothesis import strategies as st

from knative_lambda.adapters.packing.tree import Member, TreeLimits, scan

# A file's mode and content, by its path in the tree.
Files = dict[str, tuple[int, bytes]]

ROOMY = TreeLimits(max_files=1000, max_bytes=1 << 24)

# Letters that need one to four bytes, fold together, or sort around "/"; and lengths that
# take a path beyond what a plain ustar header holds.
_names = st.one_of(
    st.text("abAB-.0 é\u0301Ωß\U0001f40d", min_size=1, max_size=6),
    st.text("xy", min_size=60, max_size=120),
).filter(lambda name: name not in {".", ".."})
_paths = st.lists(_names, min_size=1, max_size=4).map("/".join)


def _one_kind_per_path(files: Files) -> Files:
    folders = {"/".join(path.split("/")[:depth]) for path in files for depth in range(5)}
    return {
        path: file
        for path, file in files.items()
        if path not in folders or not any(other.startswith(f"{path}/") for other in files)
    }


trees = st.dictionaries(
    _paths, st.tuples(st.sampled_from([0o644, 0o755]), st.binary(max_size=2000)), max_size=8
).map(_one_kind_per_path)


def plant(root: Path, files: Files, order: Iterable[str] | None = None) -> Path:
    """Writes the files under the root, in the order given; returns the root."""
    root.mkdir(parents=True, exist_ok=True)
    for path in files if order is None else order:
        mode, content = files[path]
        place = root / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content)
        place.chmod(mode)
    return root


def sources(root: Path, **texts: str) -> Path:
    """Plain files of the given names and texts, right under the root."""
    return plant(root, {name: (0o644, text.encode()) for name, text in texts.items()})


def scanned(root: Path) -> tuple[Member, ...]:
    """The tree under the prefix `src`, with ample limits."""
    return scan(root, "src", ROOMY)


def found(root: Path) -> Files:
    """What is on disk under the root."""
    return {
        str(place.relative_to(root)): (place.stat().st_mode & 0o7777, place.read_bytes())
        for place in root.rglob("*")
        if place.is_file()
    }
