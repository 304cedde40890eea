"""An upload that is begun to see whether it may be is cancelled, and only where it was begun."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from aiohttp import web
from support.registry_script import Answer, Script

from knative_lambda.adapters.oci.address import Address
from knative_lambda.adapters.oci.check import Pusher, RegistryCheck
from knative_lambda.ports.check import Finding, Severity

UPLOAD = "/v2/lambda/none/blobs/uploads/4711?_state=x%3D"


def registry(location: str) -> Answer:
    """Has nothing, and takes uploads, which go on at *location*."""

    async def answer(request: web.Request) -> web.Response:
        if request.method == "POST":
            return web.Response(status=202, headers={"Location": location})
        return web.Response(status=204 if request.method == "DELETE" else 404)

    return answer


async def examined(script: Script, folder: Path, *, hidden: bool = False) -> list[Finding]:
    """What is found where that answers."""
    config = None if hidden else folder / "none.json"

    @asynccontextmanager
    async def pusher() -> AsyncIterator[Pusher]:
        yield Pusher("builds", "docker login", config, hidden)

    check = RegistryCheck(Address.of(script.host), "lambda/none", folder / "none.json", pusher)
    return list(await check.findings())


@pytest.mark.parametrize("absolute", [True, False])
async def test_it_is_cancelled(
    absolute: bool,  # noqa: FBT001 - a parameter of the test
    tmp_path: Path,
) -> None:
    async with Script(registry("")) as script:
        script.answer = registry(script.url(UPLOAD) if absolute else UPLOAD)
        found = await examined(script, tmp_path)
    assert [each.severity for each in found] == [Severity.OK, Severity.OK]
    asked = [(each.method, each.path) for each in script.seen]
    assert asked == [
        ("HEAD", "/v2/lambda/none/manifests/none"),
        ("POST", "/v2/lambda/none/blobs/uploads/"),
        ("DELETE", UPLOAD),
    ]


@pytest.mark.parametrize(
    "location", [f"http://elsewhere.test{UPLOAD}", "/v2/other/blobs/uploads/1", "", "//"]
)
async def test_what_goes_on_elsewhere_is_left_to_end_by_itself(
    location: str, tmp_path: Path
) -> None:
    async with Script(registry(location)) as script:
        found = await examined(script, tmp_path)
    assert found[-1].severity is Severity.OK
    assert [each.method for each in script.seen] == ["HEAD", "POST"]


async def test_whose_right_cannot_be_seen_is_not_tried(tmp_path: Path) -> None:
    async with Script(registry(UPLOAD)) as script:
        _, push = await examined(script, tmp_path, hidden=True)
    assert push.severity is Severity.WARNING
    assert [each.method for each in script.seen] == ["HEAD"]
