"""What a page shows at some moment, found by its address."""

from collections.abc import Awaitable, Callable, Mapping
from http import HTTPStatus
from typing import Final

import attrs

from knative_lambda.adapters.console.build_rows import MOST, PHASES, Wanted, build_list
from knative_lambda.adapters.console.build_view import build_view
from knative_lambda.adapters.console.desk import Desk
from knative_lambda.adapters.console.function_views import MOST as MOST_FUNCTIONS
from knative_lambda.adapters.console.function_views import function_list, function_page, is_wanted
from knative_lambda.adapters.console.letter_views import LetterList, letter_list, letter_page
from knative_lambda.domain.errors import BuilderError
from knative_lambda.domain.ids import FunctionId, is_id
from knative_lambda.domain.recency import last_asked

LONGEST: Final = 130  # characters that are looked for: two ids and what stands between them

Named = Mapping[str, str]  # parts of an address by their names


@attrs.frozen(kw_only=True)
class Shown:
    """What a page shows; two that are equal look the same at the same time.

    Attributes:
        title: Of the page.
        place: The part of the console that it belongs to.
        template: Of what changes.
        view: What that is given.
        log: The build whose log stands below.
        is_open: Whether that build is still going on.
    """

    title: str
    place: str
    template: str
    view: object
    status: HTTPStatus = HTTPStatus.OK
    log: tuple[FunctionId, str] | None = None
    is_open: bool = False


Page = Callable[[Desk, Named, Named], Awaitable[Shown]]  # of the desk, the path and the query


async def builds(desk: Desk, _path: Named, query: Named) -> Shown:
    """All builds, those that are going on first."""
    sight = await desk.watcher.look()
    phase = next((one for one in PHASES if one.value == query.get("phase")), None)
    wanted = Wanted(query.get("q", "").strip()[:LONGEST], phase)
    view = build_list(sight.records, wanted, sight.fault)
    return Shown(title="Builds", place="builds", template="builds.html", view=view)


async def build(desk: Desk, path: Named, _query: Named) -> Shown:
    """One build."""
    sight, build_id = await desk.watcher.look(), path["build"]
    for record in sight.records:
        if (found := record.builds.get(build_id)) is not None:
            view = build_view(record, found, desk.advice, sight.fault)
            function = record.function
            return Shown(
                title=f"{function.parser_id}, build {build_id[:8]}",
                place="builds",
                template="build.html",
                view=view,
                log=(function, build_id),
                is_open=found.outcome is None,
            )
    return missing("builds", f"No build {build_id} is known.", sight.fault)


async def functions(desk: Desk, _path: Named, query: Named) -> Shown:
    """The functions that somebody asked for last."""
    sight, text = await desk.watcher.look(), query.get("q", "").strip()[:LONGEST]
    wanted = [record for record in sight.records if is_wanted(record, text)]
    newest = sorted(wanted, key=last_asked, reverse=True)[:MOST_FUNCTIONS]
    views = await desk.functions.of_all(newest)
    view = function_list(views, len(wanted), text, sight.fault)
    return Shown(title="Functions", place="functions", template="functions.html", view=view)


async def function(desk: Desk, path: Named, _query: Named) -> Shown:
    """One function."""
    sight, (tenant, parser) = await desk.watcher.look(), (path["tenant"], path["parser"])
    if is_id(tenant) and is_id(parser):
        wanted = FunctionId(tenant, parser)
        for record in sight.records:
            if record.function == wanted:
                view = function_page(await desk.functions.of(record), MOST, sight.fault)
                return Shown(
                    title=f"{tenant}/{parser}",
                    place="functions",
                    template="function.html",
                    view=view,
                )
    return missing("functions", f"No function {tenant}/{parser} is known.", sight.fault)


async def letters(desk: Desk, _path: Named, _query: Named) -> Shown:
    """The dead letters."""
    try:
        known = await desk.letters.count()
        view = letter_list(await desk.letters.notes(), known)
    except BuilderError as error:
        view = LetterList(known=0, fault=str(error))
    return Shown(title="Dead letters", place="letters", template="letters.html", view=view)


async def letter(desk: Desk, path: Named, _query: Named) -> Shown:
    """One dead letter."""
    try:
        notes = await desk.letters.notes()
    except BuilderError as error:
        return missing("letters", "It cannot be seen now.", str(error))
    for note in notes:
        if note.letter.id == path["letter"]:
            title, view = f"Dead letter {note.letter.id}", letter_page(note)
            return Shown(title=title, place="letters", template="letter.html", view=view)
    words = f"No dead letter {path['letter']} is among those that are shown."
    return missing("letters", words, None)


def missing(place: str, words: str, fault: str | None) -> Shown:
    """What there is to show where nothing is."""
    return Shown(
        title="Not found",
        place=place,
        template="missing.html",
        view=Missing(words, fault),
        status=HTTPStatus.NOT_FOUND,
    )


@attrs.frozen
class Missing:
    """What was not found, and why that may be untrue."""

    words: str
    fault: str | None


PAGES: Mapping[str, Page] = {
    "/": builds,
    "/builds/{build:[0-9a-f]{32}}": build,
    "/functions": functions,
    "/functions/{tenant}/{parser}": function,
    "/dead-letters": letters,
    "/dead-letters/{letter:[0-9a-f]{1,64}}": letter,
}
