"""The schemas are package data, wherever the package is installed."""

from importlib import resources
from pathlib import Path

from hatchling.builders.wheel import WheelBuilder

from knative_lambda.adapters.schema_definitions import PACKAGE

ROOT = Path(__file__).parents[3]
FILES = {path.name for path in (ROOT / "src/schemas").glob("*.json")}


def test_the_schemas_are_reachable_as_package_data() -> None:
    found = {entry.name for entry in resources.files(PACKAGE).iterdir()}

    assert FILES
    assert found >= FILES


def test_the_wheel_holds_every_schema() -> None:
    shipped = {file.distribution_path for file in WheelBuilder(str(ROOT)).recurse_included_files()}

    assert {f"knative_lambda/schemas/{name}" for name in FILES} - shipped == set()
