"""What producers do in a history, and somebody who pretends to be us."""

from typing import Any

import attrs
from support.world import SECOND, World

from knative_lambda.domain import names
from knative_lambda.domain.ids import FunctionId, request_id

FUNCTIONS = (FunctionId("A_b", "c"), FunctionId("a-b", "c"))
URLS = tuple(
    f"https://{name}.test"
    for name in (
        *("one", "plain", "branch", "broken", "locked"),
        *("plain", "branch", "locked", "one", "plain"),
    )
)


@attrs.frozen
class Choice:
    """What a happening may pick by: it takes of it what it needs."""

    function: int = 0
    number: int = 0
    index: int = 0
    seconds: int | None = None
    more: int = 0


def build_of(f: FunctionId, name: str) -> str:
    """The id of the request that the event *name* of *f* makes."""
    return request_id("producer", f"{f.third_party_id}-{name}")


def function_of(c: Choice) -> FunctionId:
    """The function that *c* picks: most often the same."""
    return FUNCTIONS[c.function == 0]


@attrs.define
class Producers:
    """Everybody who sends events to the *world*.

    Attributes:
        outside: Builds that somebody else may have spoken for.
    """

    world: World = attrs.field(factory=World)
    outside: set[str] = attrs.field(factory=set)

    def send(
        self, what: str, f: FunctionId, name: str, seconds: int | None = None, **data: Any
    ) -> None:
        """An event named *name*, *seconds* from now, or without a time."""
        at = None if seconds is None else self.world.clock() + seconds * SECOND
        self.world.send(what, f, id=f"{f.third_party_id}-{name}", at=at, **data)

    def start(self, c: Choice) -> None:
        url, force = URLS[c.more], c.more >= 8
        name = f"start-{c.number}"
        self.send("build.start", function_of(c), name, c.seconds, source_url=url, force=force)

    def start_without_id(self, c: Choice) -> None:
        url = "https://branch.test"
        self.world.send("build.start", function_of(c), id=None, replayable=False, source_url=url)

    def cancel(self, c: Choice) -> None:
        """One of the function's own builds; now and then somebody else's."""
        owner = FUNCTIONS[c.index % 2] if c.more == 9 else function_of(c)
        build = build_of(owner, f"start-{c.number}")
        name = f"cancel-{c.number}-{owner.third_party_id}"
        self.send("build.cancel", function_of(c), name, c.seconds, build_id=build)

    def cancel_by_job(self, c: Choice) -> None:
        job = names.job(function_of(c), build_of(function_of(c), f"start-{c.number}"))
        name = f"cancel-job-{c.number}"
        self.send("build.cancel", function_of(c), name, replayable=False, job_name=job)

    def delete(self, c: Choice) -> None:
        self.send("service.delete", function_of(c), f"operation-{c.number % 2}", c.seconds)

    def roll_back(self, c: Choice) -> None:
        to = None if c.more > 4 else build_of(function_of(c), f"start-{c.more % 4}")
        self.send(
            "service.rollback", function_of(c), f"operation-{c.number % 2 + 2}", c.seconds, to=to
        )

    def reuse_an_id(self, c: Choice) -> None:
        what = "service.delete" if c.more % 2 else "service.rollback"
        self.send(what, function_of(c), f"start-{c.number}")

    def start_under_the_id_of_an_operation(self, c: Choice) -> None:
        name, url = f"operation-{c.number}", URLS[c.more]
        self.send("build.start", function_of(c), name, source_url=url)

    def name_an_operation(self, c: Choice) -> None:
        """An event about a build names an operation instead."""
        build = build_of(function_of(c), f"operation-{c.number}")
        image = f"registry.test/lambda/{names.slug(function_of(c))}:odd"
        self.world.registry.push(image, "sha256:" + "0" * 64)
        self.outside.add(build)
        what = ("cancel", "complete", "failed", "cancelled", "superseded")[c.more % 5]
        data: dict[str, Any] = {"build_id": build, "image_uri": image, "status": "success"}
        self.send(
            f"build.{what}", function_of(c), f"odd-{what}-{c.number}", replayable=False, **data
        )

    def build_outside(self, c: Choice) -> None:
        image = f"registry.test/outside/{names.slug(function_of(c))}:{c.number}"
        self.world.registry.push(image, f"sha256:{c.number:064x}")
        name = f"outside-{c.number}"
        self.outside.add(build_of(function_of(c), name))
        self.send("build.complete", function_of(c), name, status="success", image_uri=image)

    def forge(self, c: Choice) -> None:
        """Somebody says how a build ended who cannot know."""
        build = build_of(function_of(c), f"start-{c.number}")
        self.outside.add(build)
        what = ("failed", "cancelled", "superseded", "complete")[c.more % 4]
        data: dict[str, Any] = {"build_id": build, "status": "success"}
        stored = [b for b in self.world.registry._digests if names.slug(function_of(c)) in b]
        if what == "complete" and not stored:
            return  # it would only be tried again until its time is up
        image = stored[0] if what == "complete" else None
        name = f"forged-{c.number}"
        self.send(f"build.{what}", function_of(c), name, replayable=False, image_uri=image, **data)

    def move_branch(self, _: Choice) -> None:
        for url in ("https://branch.test", "https://locked.test"):
            self.world.sources.contents[url] = f"at step {self.world.step}"
