"""The sidecar image holds what its programs import, and they import no more than they need."""

import re
import subprocess
import sys
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
# What structlog uses where it is installed, which is not the case in the image; ourselves; and what
# hooks of an environment bring before any program begins.
_OTHERS = {"greenlet", "rich", "pygments", "knative-lambda", "setuptools", "editables"}
_LIST = "print(*sorted({name.partition('.')[0] for name in sys.modules}))"


def locked() -> set[str]:
    text = (ROOT / "requirements-sidecar.lock").read_text("utf-8")
    return set(re.findall(r"^([a-z0-9-]+)==", text, re.MULTILINE))


def imported(*modules: str) -> set[str]:
    """The distributions that come with *modules*."""
    code = f"import sys; import {', '.join(modules)}; {_LIST}"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    known = packages_distributions()
    found = {each.lower() for name in done.stdout.split() for each in known.get(name, ())}
    return {name.replace("_", "-") for name in found} - _OTHERS


@pytest.mark.parametrize(
    "module", ["sidecar", "sidecar_process", "sidecar_broker", "fetch_context"]
)
def test_each_program_needs_only_what_its_image_has(module: str) -> None:
    assert imported(f"knative_lambda.entrypoints.{module}") - locked() == set()


def test_a_sidecar_that_waits_has_not_imported_what_only_its_end_needs() -> None:
    assert not imported("knative_lambda.entrypoints.sidecar_process") & {"aio-pika", "aiormq"}


def test_both_images_take_the_very_versions_that_were_tested() -> None:
    pins = {}
    for name in ("requirements-sidecar.lock", "requirements.lock"):
        text = (ROOT / name).read_text("utf-8")
        pins[name] = dict(re.findall(r"^([a-z0-9-]+)==(\S+)", text, re.MULTILINE))
    assert pins["requirements-sidecar.lock"].items() <= pins["requirements.lock"].items()
