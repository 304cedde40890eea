"""A function as a process: made ready, kept running, and ended."""

import asyncio
import json
import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest
from contracts.contract import eventually
from support.careless_rendering import SECRET
from support.functions import INTERPRETED, LANGUAGES, prepare
from support.hostile_requests import VARIABLE
from support.hostile_texts import TEXTS
from support.local import ECHO, Files, Marked

from knative_lambda.adapters.local.process import FunctionProcess, NotReadyError


def _process(
    folder: Path, language: str, files: Files, env: tuple[tuple[str, str], ...] = ()
) -> FunctionProcess:
    prepare(folder / "app", language, files)
    marked = (*env, ("MARK", str(folder)))
    return FunctionProcess(folder / "app", marked, json.dumps({"x": 1}), first_wait=0.01)


@asynccontextmanager
async def _running(process: FunctionProcess) -> AsyncIterator[FunctionProcess]:
    await process.start()
    try:
        yield process
    finally:
        await process.close()


async def _ask(process: FunctionProcess, data: object) -> object:
    assert process.url is not None
    headers, body = {"Content-Type": "application/json"}, json.dumps(data)
    async with (
        aiohttp.ClientSession(headers=headers) as client,
        client.post(process.url, data=body) as response,
    ):
        return await response.json()


@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_function_answers_when_it_is_started_and_is_gone_when_closed(
    tmp_path: Path, language: str
) -> None:
    marked = Marked(f"MARK={tmp_path}")
    async with _running(_process(tmp_path, language, ECHO[language])) as process:
        assert await _ask(process, [1]) == {"echo": [1]}
        assert marked.running() != []
    assert process.url is None
    assert marked.running() == []


async def test_a_function_sees_its_settings_and_what_its_tenant_set(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "ours")
    code = "import os\ndef handler(event, context):\n    return dict(os.environ)\n"
    process = _process(tmp_path, "python", code, (("GREETING", "hello"), ("PORT", "1")))
    async with _running(process):
        seen = await _ask(process, None)
    assert isinstance(seen, dict)
    assert json.loads(seen["FUNCTION_SETTINGS"]) == {"x": 1}
    assert seen["GREETING"] == "hello"
    assert seen["HOST"] == "127.0.0.1"
    assert "AWS_SECRET_ACCESS_KEY" not in seen


async def test_a_hostile_text_is_the_value_of_its_variable_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SECRET", SECRET)
    texts = [text.value for text in TEXTS if text.place is VARIABLE]
    env = tuple((f"TEXT_{number}", text) for number, text in enumerate(texts))
    code = "import os\ndef handler(event, context):\n    return dict(os.environ)\n"
    async with _running(_process(tmp_path, "python", code)) as process:
        usual = await _ask(process, None)
    async with _running(_process(tmp_path / "hostile", "python", code, env)) as process:
        seen = await _ask(process, None)
    assert isinstance(usual, dict)
    assert isinstance(seen, dict)
    assert seen.keys() - usual.keys() == dict(env).keys()
    assert [seen[name] for name, _ in env] == texts


async def test_our_own_packages_are_not_there_for_a_function(tmp_path: Path) -> None:
    code = "import aiohttp\ndef handler(event, context): ...\n"
    with pytest.raises(NotReadyError, match="aiohttp"):
        await _process(tmp_path, "python", code).start()


async def test_running_a_function_leaves_its_image_as_it_was(tmp_path: Path) -> None:
    files = {"index.py": "import more\nhandler = more.handler\n", "more.py": ECHO["python"]}
    process = _process(tmp_path, "python", files)
    before = {path: path.stat().st_mtime_ns for path in process.app.rglob("*")}
    async with _running(process):
        await _ask(process, 1)
    assert {path: path.stat().st_mtime_ns for path in process.app.rglob("*")} == before


@pytest.mark.parametrize("language", INTERPRETED)
async def test_a_function_that_cannot_start_says_why_in_one_line(
    tmp_path: Path, language: str
) -> None:
    files = {"nodejs": "exports.main = () => 1;\n", "python": "def main(): ...\n"}[language]
    with pytest.raises(NotReadyError) as failure:
        await _process(tmp_path, language, files).start()
    assert "exit code 1" in str(failure.value)
    assert "main" in str(failure.value)
    assert len(str(failure.value).splitlines()) == 1
    assert Marked(f"MARK={tmp_path}").running() == []


async def test_without_node_it_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    process = _process(tmp_path, "nodejs", ECHO["nodejs"])
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(NotReadyError, match=r"node: not found; install Node\.js"):
        await process.start()


async def test_a_folder_without_wrapper_is_no_function(tmp_path: Path) -> None:
    with pytest.raises(NotReadyError, match="neither"):
        await FunctionProcess(tmp_path, (), "{}").start()


async def test_a_start_that_is_cancelled_leaves_nothing(tmp_path: Path) -> None:
    process = _process(tmp_path, "python", "import time\ntime.sleep(1000)\n")
    marked = Marked(f"MARK={tmp_path}")

    async def running() -> bool:
        return marked.running() != []

    starting = asyncio.create_task(process.start())
    await eventually(running)
    starting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await starting
    assert marked.running() == []


async def test_a_function_that_crashes_is_started_again(tmp_path: Path) -> None:
    code = "import os\ndef handler(event, context):\n    return os.getpid()\n"
    async with _running(_process(tmp_path, "python", code)) as process:
        for _ in range(2):
            crashed = await _ask(process, None)
            assert isinstance(crashed, int)
            os.kill(crashed, signal.SIGKILL)

            async def gone() -> bool:
                return process.url is None

            async def back() -> bool:
                return process.url is not None

            await eventually(gone)
            await eventually(back)
            assert await _ask(process, None) != crashed
    assert Marked(f"MARK={tmp_path}").running() == []


async def test_a_function_that_is_closed_while_it_waits_to_be_started_again_stays_away(
    tmp_path: Path,
) -> None:
    process = _process(tmp_path, "python", "import os\ndef handler(e, c):\n    os._exit(1)\n")
    process.first_wait = 1000
    async with _running(process):
        with pytest.raises(aiohttp.ClientError):
            await _ask(process, None)

        async def gone() -> bool:
            return process.url is None

        await eventually(gone)
    assert Marked(f"MARK={tmp_path}").running() == []


async def test_what_a_function_writes_is_heard(tmp_path: Path) -> None:
    process = _process(tmp_path, "nodejs", "console.log('up'); exports.handler = () => 1;\n")
    async with _running(process):
        assert "up" in process.output.recent


async def test_a_function_that_takes_too_long_to_start_is_ended(tmp_path: Path) -> None:
    process = _process(tmp_path, "python", "import time\nprint('busy')\ntime.sleep(1000)\n")
    process.patience = 0.5
    with pytest.raises(NotReadyError, match=r"does not answer GET /healthz after 0\.5 s"):
        await process.start()
    assert Marked(f"MARK={tmp_path}").running() == []


async def test_a_function_that_cannot_start_again_is_tried_until_it_can(tmp_path: Path) -> None:
    broken = tmp_path / "broken"
    code = (
        "import os, pathlib\n"
        f"if pathlib.Path({str(broken)!r}).exists():\n"
        "    print('trying')\n"
        "    raise RuntimeError\n"
        "def handler(event, context):\n"
        "    os._exit(1)\n"
    )
    async with _running(_process(tmp_path, "python", code)) as process:
        await asyncio.to_thread(broken.touch)
        with pytest.raises(aiohttp.ClientError):
            await _ask(process, 1)

        async def tried_twice() -> bool:
            return list(process.output.recent).count("trying") > 1

        async def back() -> bool:
            return process.url is not None

        await eventually(tried_twice)
        await asyncio.to_thread(broken.unlink)
        await eventually(back)
