"""Where the source of a submission lies: in a folder of this machine, or at a URL."""

import argparse
from pathlib import Path

from knative_lambda.adapters.local.project import Project, project
from knative_lambda.domain.errors import WrongCallError


class SubmitError(WrongCallError):
    """It was asked for wrongly; the message says what would be right."""


def local_project(options: argparse.Namespace) -> Project | None:
    """The function in the folder that is named; `None` if a URL is named in its place.

    Raises:
        SubmitError: It is neither, or a folder is named with what only a URL can have.
        ProjectError: The folder holds no function.
    """
    if not _is_folder(options.source):
        if ":" in options.source:
            return None
        rule = "is neither a folder nor a URL; name the folder that holds index.js or index.py"
        raise SubmitError(f"{options.source}: {rule}")
    for option, given in (
        ("--ref", options.source_ref),
        ("--credentials", options.source_credentials),
    ):
        if given is not None:
            raise SubmitError(f"{option}: a folder has none; leave it out")
    return project(folder(options) / (options.source_path or ""), options.runtime)


def folder(options: argparse.Namespace) -> Path:
    """The folder that is named."""
    return Path(options.source).expanduser()


def _is_folder(text: str) -> bool:
    try:
        return text != "" and Path(text).expanduser().is_dir()
    except (OSError, RuntimeError):  # too long for a path, or the home of nobody
        return False
