"""The console in a browser, beside a service that runs: what an operator sees of builds."""

import asyncio
import json
import re
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import aiohttp
import attrs
import pytest
from playwright.async_api import expect
from support.browser import Tab, Visitor, visitor
from support.rabbitmq import rabbitmq_server
from support.running import Command, Machine, machine
from support.shell import PATIENCE
from support.tcp_proxy import free_port

from knative_lambda.domain.ids import request_id

HOSTILE = "<script>document.title = 'owned'</script><img src=x onerror=alert(1)>"
WAITS = """
const fs = require('fs');
console.log(process.argv[3]);
console.log('waiting for the gate');
const pass = () => { console.log('it is open'); process.exit(); };
setInterval(() => fs.existsSync(process.argv[2]) && pass(), 20);
"""

expect.set_options(timeout=PATIENCE * 1000)


@attrs.frozen
class Place:
    """A machine on which the service runs, takes *events* over HTTP, and shows the console."""

    service: Machine
    port: int
    events: int

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def serve(self) -> Command:
        """Serve the console on the same port, and wait until it answers."""
        words = ("serve", "--console", "--console-port", str(self.port))
        serving = self.service.start(*words, PORT=str(self.events))
        serving.until(lambda: "console.listening" in serving.err.read_text("utf-8"))
        return serving


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    with (
        rabbitmq_server() as broker,
        machine(tmp_path_factory.mktemp("machine"), broker) as service,
    ):
        one = Place(service, free_port(), free_port())
        one.serve()
        yield one


@pytest.fixture
async def somebody() -> AsyncIterator[Visitor]:
    async with visitor() as one:
        yield one


def gated(folder: Path, name: str, gate: Path, says: str = "begun") -> Path:
    """A function whose build says something, and then waits for the file *gate*."""
    made = folder / name
    made.mkdir()
    (made / "index.js").write_text("exports.handler = async () => ({});\n", "utf-8")
    (made / "wait.js").write_text(WAITS, "utf-8")
    build = f"node wait.js '{gate}' \"{says}\""
    (made / "package.json").write_text(json.dumps({"scripts": {"build": build}}), "utf-8")
    return made


async def submit(place: Place, *words: str | Path) -> str:
    """Ask for a build by the command; gives its id."""
    ran = await asyncio.to_thread(place.service.submit, *words, "--output", "json")
    assert ran.code == 0, ran
    lines = [json.loads(line) for line in ran.out.splitlines()]
    return str(next(line["build_id"] for line in lines if line.get("status") == "submitted"))


async def is_live(tab: Tab) -> None:
    await expect(tab.page.locator("#live")).to_have_text("live")


async def test_an_operator_watches_builds_and_sees_why_one_failed(
    place: Place, somebody: Visitor, tmp_path: Path
) -> None:
    gate = tmp_path / "gate"
    async with somebody.tab() as tab:
        page = tab.page
        await page.goto(place.url)
        await is_live(tab)
        good = await submit(place, gated(tmp_path, "watched", gate))
        row = page.locator(f"#b-{good}")
        await expect(row.locator(".phase")).to_have_text("open")
        bad = await submit(place, "examples/broken")
        await expect(page.locator(f"#b-{bad} .phase")).to_have_text("failed")
        await expect(page.locator(f"#b-{bad}")).to_contain_text("dependency_install")

        await row.locator("a.id").click()
        await expect(page.locator("h1")).to_have_text("watched")
        log = page.locator("#log")
        await expect(log).to_contain_text("waiting for the gate")
        await expect(log).not_to_contain_text("it is open")
        gate.touch()
        await expect(log).to_contain_text("it is open")
        await expect(page.locator(".head .phase")).to_have_text("complete")
        await expect(page.locator(".steps")).to_contain_text("Deployed")
        await expect(page.locator("#log-state")).to_have_text("")

        await page.get_by_role("link", name="Builds").first.click()
        await page.locator(f"#b-{bad} a.id").click()
        cause = page.locator(".cause")
        await expect(cause).to_contain_text("dependency_install")
        await expect(cause).to_contain_text("humanize")
        await expect(cause).to_contain_text("mend what the function requires")
        await expect(log).to_contain_text("humanize==999.0.0")
        assert tab.complaints == []


async def test_a_function_tells_where_it_answers_and_which_build_does(
    place: Place, somebody: Visitor, tmp_path: Path
) -> None:
    folder = gated(tmp_path, "revised", tmp_path / "gate")
    (tmp_path / "gate").touch()
    first = await submit(place, folder, "--wait")
    second = await submit(place, folder, "--wait", "--force")
    async with somebody.tab() as tab:
        page = tab.page
        await page.goto(f"{place.url}/functions?q=revised")
        await page.locator("tbody a.name").click()
        await expect(page.locator(".head .state")).to_have_text("ready")
        await expect(page.locator(".facts a.url")).to_have_attribute("href", re.compile("^http"))
        await expect(page.locator(f"#b-{second}")).to_contain_text("deployed now")
        await expect(page.locator(f"#b-{first}")).to_contain_text("was deployed")
        assert tab.complaints == []


async def test_dead_letters_are_shown_without_what_is_secret(
    place: Place, somebody: Visitor
) -> None:
    function = {"third_party_id": "acme", "parser_id": "given-up"}
    data = {**function, "runtime": "cobol", "function": {"env": {"DSN": f"hunter2{HOSTILE}"}}}
    event = {"specversion": "1.0", "id": "1", "source": HOSTILE, "data": data}
    event["type"] = "network.notifi.lambda.build.start"
    url = f"http://127.0.0.1:{place.events}/"
    async with aiohttp.ClientSession() as client, client.post(url, json=event) as response:
        assert response.status == 400
    async with somebody.tab() as tab:
        page = tab.page
        await page.goto(f"{place.url}/dead-letters")
        await page.locator("tr", has_text="given-up").locator("a.id").click()
        await expect(page.locator(".cause")).to_contain_text("cobol")
        await expect(page.locator(".log-box")).to_contain_text('"DSN": "[redacted]"')
        await expect(page.locator(".log-box")).to_contain_text("<script>document.title")
        assert "owned" not in await page.title()
        assert tab.complaints == []


async def test_a_page_that_is_opened_before_its_build_is_known_shows_it_and_its_log(
    place: Place, somebody: Visitor
) -> None:
    data = {"third_party_id": "acme", "parser_id": "early", "source_url": "https://127.0.0.1/a"}
    event = {"specversion": "1.0", "id": "early", "source": "tests", "data": data}
    event["type"] = "network.notifi.lambda.build.start"
    async with somebody.tab() as tab:
        await tab.page.goto(f"{place.url}/builds/{request_id('tests', 'early')}")
        await is_live(tab)
        await expect(tab.page.locator("#page")).to_contain_text("is known")
        url = f"http://127.0.0.1:{place.events}/"
        async with aiohttp.ClientSession() as client, client.post(url, json=event) as response:
            assert response.status == 202
        await expect(tab.page.locator("h1")).to_have_text("early")
        await expect(tab.page.locator("#log")).to_be_visible()
        await expect(tab.page.locator("#log-note")).not_to_be_empty()


async def test_a_hostile_log_is_only_read(place: Place, somebody: Visitor, tmp_path: Path) -> None:
    (tmp_path / "gate").touch()
    folder = gated(tmp_path, "evil", tmp_path / "gate", f"\u202e{HOSTILE}".replace("'", ""))
    build = await submit(place, folder, "--wait")
    async with somebody.tab() as tab:
        await tab.page.goto(place.url)
        await tab.page.locator(f"#b-{build} a.id").click()
        await is_live(tab)
        await expect(tab.page.locator("#log")).to_contain_text("\\u202e<script>document.title")
        assert await tab.page.locator("#log img, #log script").count() == 0
        assert tab.complaints == []


async def test_without_scripts_a_page_is_the_same_when_it_is_loaded_again(
    place: Place, somebody: Visitor, tmp_path: Path
) -> None:
    gate = tmp_path / "gate"
    build = await submit(place, gated(tmp_path, "plain", gate))
    async with somebody.tab(java_script_enabled=False) as tab:
        page = tab.page

        async def loaded(selector: str, text: str) -> None:
            async with asyncio.timeout(PATIENCE):
                while text not in "".join(await page.locator(selector).all_inner_texts()):
                    await page.goto(f"{place.url}/builds/{build}")

        await loaded("#log", "waiting for the gate")
        await loaded(".head .phase", "open")
        gate.touch()
        await loaded(".head .phase", "complete")
        await loaded("#log", "it is open")


async def test_it_can_be_used_from_the_keyboard(
    place: Place, somebody: Visitor, tmp_path: Path
) -> None:
    (tmp_path / "gate").touch()
    await submit(place, gated(tmp_path, "keys", tmp_path / "gate"), "--wait")
    async with somebody.tab() as tab:
        page = tab.page
        await page.goto(place.url)
        await is_live(tab)
        await page.keyboard.press("Tab")
        await expect(page.locator(".skip")).to_be_focused()
        await expect(page.locator(".skip")).to_be_in_viewport()
        await page.keyboard.press("Enter")
        await expect(page.locator("main")).to_be_focused()
        await page.keyboard.press("j")
        await expect(page.locator("tbody tr").first.locator("a.id")).to_be_focused()
        await page.keyboard.press("/")
        await page.keyboard.type("keys")
        await page.keyboard.press("Enter")
        await expect(page.locator("tbody tr")).to_have_count(1)
        await page.keyboard.press("j")
        await page.keyboard.press("Enter")
        await expect(page.locator("h1")).to_have_text("keys")


async def test_what_changes_is_said_and_takes_no_focus(
    place: Place, somebody: Visitor, tmp_path: Path
) -> None:
    gate = tmp_path / "gate"
    async with somebody.tab() as tab:
        page = tab.page
        build = await submit(place, gated(tmp_path, "said", gate))
        await page.goto(place.url)
        await is_live(tab)
        await page.locator(f"#l-{build}").focus()
        gate.touch()
        await expect(page.locator(f"#b-{build} .phase")).to_have_text("complete")
        await expect(page.locator("#said")).to_contain_text("acme/said: complete")
        await expect(page.locator(f"#l-{build}")).to_be_focused()


async def test_a_page_comes_back_when_the_service_does(
    place: Place, somebody: Visitor, tmp_path: Path
) -> None:
    async with somebody.tab() as tab:
        await tab.page.goto(place.url)
        await is_live(tab)
        serving = place.service.started[1]
        serving.process.terminate()
        ended = await asyncio.to_thread(serving.end)
        assert ended.code == 0, ended.err
        await expect(tab.page.locator("#live")).to_have_text("reconnecting…")
        await asyncio.to_thread(place.serve)
        await is_live(tab)
        (tmp_path / "gate").touch()
        build = await submit(place, gated(tmp_path, "back", tmp_path / "gate"))
        await expect(tab.page.locator(f"#b-{build} .phase")).to_have_text("complete")
