"""Folders of an operator's own templates, for the tests of what they may hold."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from knative_lambda.adapters.templates.overrides import TemplatesError, overridden

DOCKERFILE = "runtimes/nodejs/Dockerfile.j2"
FUNCTION = "runtimes/function.json.j2"


def planted(root: Path, files: Mapping[str, str | bytes]) -> Path:
    """A folder that holds these."""
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(text if isinstance(text, bytes) else text.encode())
    return root


def refused(root: Path, files: Mapping[str, str | bytes]) -> list[str]:
    """What is said of a folder that holds these."""
    with pytest.raises(TemplatesError) as caught:
        overridden(planted(root, files))
    assert str(caught.value).splitlines() == list(caught.value.problems)
    return list(caught.value.problems)
