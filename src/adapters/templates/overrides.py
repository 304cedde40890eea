"""An operator's own templates: a folder whose files take the place of ours, path by path."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

from knative_lambda.adapters.templates.folder import packaged
from knative_lambda.adapters.templates.templates import Templates

# Kubernetes keeps the versions of what it mounts in folders that begin so.
_OF_THE_MOUNT: Final = ".."


class TemplatesError(Exception):
    """Templates that cannot take the place of ours; *problems* has all of them."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = tuple(problems)


def overridden(folder: Path) -> Templates:
    """Our templates, but for those that *folder* has at the same path.

    Raises:
        TemplatesError: A file takes no template's place, or holds no template.
    """
    ours, own = packaged(), dict[str, bytes]()
    problems: list[str] = []
    try:
        for name, file in _entries(folder, "", ours):
            if name in ours:
                own[name] = file.read_bytes()
            else:
                problems.append(_stray(name, ours))
    except OSError as error:
        raise TemplatesError([f"{error.filename}: cannot be read: {error.strerror}"]) from error
    made = Templates({**ours, **own})
    for name in own:
        problems += made.faults(name)
    if problems:
        raise TemplatesError(problems)
    return made


def _entries(folder: Path, prefix: str, ours: Mapping[str, bytes]) -> Iterator[tuple[str, Path]]:
    """Each entry that is no folder of templates, which are entered, by its path."""
    for entry in sorted(folder.iterdir()):
        name = f"{prefix}{entry.name}"
        if entry.name.startswith(_OF_THE_MOUNT):
            continue
        if entry.is_dir() and _inside(name, ours):
            yield from _entries(entry, f"{name}/", ours)
        else:
            yield name, entry


def _stray(name: str, ours: Mapping[str, bytes]) -> str:
    folder = name.rpartition("/")[0]
    place = f"in {folder}" if folder else "there"
    return f"{name}: takes no template's place; {place} are: {', '.join(_inside(folder, ours))}"


def _inside(folder: str, ours: Iterable[str]) -> list[str]:
    """The names in *folder*, those of folders with a slash behind them."""
    prefix = f"{folder}/" if folder else ""
    below = (name.removeprefix(prefix) for name in ours if name.startswith(prefix))
    return sorted({"".join(name.partition("/")[:2]) for name in below})
