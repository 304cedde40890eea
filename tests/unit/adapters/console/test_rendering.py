"""What strangers have said stands in pages as text, and steers nothing; and pages are bounded."""

import json
from collections.abc import Mapping
from http import HTTPStatus

import attrs
import pytest
from support.domain import FUNCTION, NOON, SECOND, build, deployed, key, record, request_id
from support.shown import NOW, Elements, Showcase

from knative_lambda.adapters.console import rendering
from knative_lambda.adapters.console.shown import PAGES, Shown
from knative_lambda.adapters.console.stream import event
from knative_lambda.domain import names
from knative_lambda.domain.failures import Reason
from knative_lambda.domain.record import (
    Operation,
    OperationKind,
    Outcome,
    Phase,
    Record,
    Served,
)
from knative_lambda.domain.rejection import Rejection
from knative_lambda.domain.settlement import DeadLetter
from knative_lambda.ports.event_source import Delivery, Failure, Message
from knative_lambda.ports.log_feed import LogChange, LogMark
from knative_lambda.ports.service_deployer import Service

EVIL = (
    "\"><script>alert('x')</script><img src=x onerror=alert(1)>{{ 7 * 7 }}'"
    "\u202eevil\u2066 \x1b[2J\x07\r\x00</pre><!--"
)
BUILD = request_id(1)
OWN = {"script": 1, "img": 0}
ADDRESSES = [
    ("/", {}),
    ("/builds/{build:[0-9a-f]{32}}", {"build": BUILD}),
    ("/functions", {}),
    ("/functions/{tenant}/{parser}", {"tenant": "acme", "parser": "orders"}),
    ("/dead-letters", {}),
]


@pytest.fixture
async def showcase() -> Showcase:
    """Everything that somebody else can word is worded by somebody evil."""
    case = Showcase()
    told = Outcome(ended_at=NOON + 9 * SECOND, reason=Reason.BUILD_EXIT, detail=EVIL, by=EVIL)
    one = build(1, Phase.FAILED, outcome=told, correlation_id=EVIL, warning=EVIL, image=EVIL)
    one = attrs.evolve(one, served=Served.CREATED, digest=EVIL)
    asked = Operation(
        id=request_id(7),
        key=key(7),
        kind=OperationKind.DELETE,
        handled_at=NOON,
        effective=False,
        reason=EVIL,
    )
    await case.write(record(one, asked, desired=deployed(1)))
    case.services[names.service(FUNCTION)] = Service(
        name="x",
        uid="1",
        version="1",
        key=key(1),
        ready=False,
        url=f"http://x/{EVIL}",
        message=EVIL,
    )
    body = {"specversion": "1.0", "id": EVIL, "source": EVIL, "type": EVIL, "data": {EVIL: EVIL}}
    message = Message(json.dumps(body).encode(), "application/cloudevents+json")
    delivery = Delivery(message, None, NOON, 1, failures=(Failure(NOON, EVIL),))
    await case.broker.settle(delivery, DeadLetter(Rejection.INVALID, EVIL))
    return case


async def shown(case: Showcase, address: str, path: Mapping[str, str], **query: str) -> Shown:
    return await PAGES[address](case.desk, path, query)


def page(one: Shown, log: LogChange | None = None) -> Elements:
    html = rendering.page(one, NOW, log, 3)
    assert not [c for c in html if not (c.isprintable() or c == "\n")]
    return Elements(html)


@pytest.mark.parametrize(("address", "path"), ADDRESSES)
async def test_what_strangers_say_is_text(
    showcase: Showcase, address: str, path: dict[str, str]
) -> None:
    elements = page(await shown(showcase, address, path, q=EVIL if address == "/functions" else ""))
    assert {tag: elements.tags.count(tag) for tag in OWN} == OWN
    assert not [name for name in elements.values if name.startswith("on")]
    assert not [link for link in elements.values["href"] if link.startswith("javascript")]
    assert "49" not in elements.text.split()


async def test_a_letter_of_somebody_evil_is_text(showcase: Showcase) -> None:
    (note,) = await showcase.desk.letters.notes()
    address = "/dead-letters/{letter:[0-9a-f]{1,64}}"
    elements = page(await shown(showcase, address, {"letter": note.letter.id}))
    assert {tag: elements.tags.count(tag) for tag in OWN} == OWN
    assert "<script>alert('x')</script>" in elements.text
    assert r"\u202eevil\u2066 \x1b[2J\x07" in elements.text


async def test_a_log_is_text_with_its_lines(showcase: Showcase) -> None:
    one = await shown(showcase, "/builds/{build:[0-9a-f]{32}}", {"build": BUILD})
    mark = LogMark(0, 1, ended=True, note=EVIL)
    log = LogChange(afresh=True, head=f"one\n{EVIL}\n", tail="two\n", omitted=77, mark=mark)
    elements = page(one, log)
    assert {tag: elements.tags.count(tag) for tag in OWN} == OWN
    assert "one\n\"><script>alert('x')</script>" in elements.text
    assert "77 characters are left out here" in elements.text


@pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/html,x", "//evil.test", ""])
async def test_no_link_leads_to_what_is_no_web_address(showcase: Showcase, url: str) -> None:
    name = names.service(FUNCTION)
    showcase.services[name] = attrs.evolve(showcase.services[name], url=url, message="")
    elements = page(await shown(showcase, "/functions", {}))
    assert not [link for link in elements.values["href"] if not link.startswith(("/", "#"))]


@pytest.mark.parametrize("cut", ["\n", "\r", "\r\n"])
def test_an_event_of_a_stream_is_one_event_whatever_stands_in_it(cut: str) -> None:
    told = event("page", f"a{cut}{cut}event: evil{cut}data: x").decode()
    assert told == "event: page\ndata: a\ndata: \ndata: event: evil\ndata: data: x\n\n"


async def test_what_is_not_known_is_not_found(showcase: Showcase) -> None:
    for address, path in (
        ("/builds/{build:[0-9a-f]{32}}", {"build": "f" * 32}),
        ("/functions/{tenant}/{parser}", {"tenant": "acme", "parser": EVIL}),
        ("/functions/{tenant}/{parser}", {"tenant": "acme", "parser": "none"}),
        ("/dead-letters/{letter:[0-9a-f]{1,64}}", {"letter": "ff"}),
    ):
        one = await shown(showcase, address, path)
        assert one.status is HTTPStatus.NOT_FOUND
        assert {tag: page(one).tags.count(tag) for tag in OWN} == OWN


async def test_where_there_is_nothing_the_next_step_is_told() -> None:
    empty = Showcase()
    assert "knative-lambda submit" in page(await shown(empty, "/", {})).text
    assert "There is no function yet." in page(await shown(empty, "/functions", {})).text
    assert "There is none." in page(await shown(empty, "/dead-letters", {})).text
    nothing = page(await shown(empty, "/", {}, q="x", phase="failed"))
    assert "No build is like that." in nothing.text


async def test_a_page_has_no_more_rows_than_there_is_room_for(showcase: Showcase) -> None:
    told = Outcome(ended_at=NOON, reason=Reason.BUILD_EXIT, detail="x" * 100_000)
    builds = {
        request_id(number): build(number, Phase.FAILED, outcome=told) for number in range(1, 2000)
    }
    await showcase.write(Record(FUNCTION, builds))
    html = rendering.page(await shown(showcase, "/", {}), NOW, None, None)
    assert html.count("<tr id=") == 200
    assert len(html) < 400_000
    assert "The newest 200 of 1999 are shown" in html


async def test_ages_are_as_of_now_and_say_when_it_was(showcase: Showcase) -> None:
    html = rendering.live(await shown(showcase, "/", {}), NOW)
    when = 'datetime="2027-01-15T08:00:01Z" data-age title="2027-01-15 08:00:01 UTC"'
    assert f"<time {when}>59m</time>" in html


def test_assets_have_an_address_of_their_own_edition() -> None:
    assert set(rendering.assets()) == {"console.css", "console.js", "console.svg"}
    assert len(rendering.edition()) == 12


def test_assets_fetch_nothing_from_elsewhere() -> None:
    texts = [data.decode() for data in rendering.assets().values()]
    assert not [text for text in texts if "://" in text.replace("http://www.w3.org/2000/svg", "")]
    assert "@import" not in "".join(texts)
    assert "url(" not in "".join(texts)
