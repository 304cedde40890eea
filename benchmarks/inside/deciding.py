"""Decides on events of builds from their start to their end, and tells how many a second.

Argument: how many builds.
"""

import json
import sys
import time
from collections.abc import Mapping, Sequence

from knative_lambda.domain.events import (
    BuildEnded,
    BuildRequested,
    CompletionHeard,
    ContextStored,
    Event,
)
from knative_lambda.domain.ids import FunctionId
from knative_lambda.domain.keys import Key
from knative_lambda.domain.machine import decide
from knative_lambda.domain.record import Content, Record
from knative_lambda.domain.request import BuildRequest
from knative_lambda.domain.strategy import Choice, Strategy
from knative_lambda.domain.verdict import Verdict

_BUILDS = 10  # of each function, whose record holds them all in the end


def decided(builds: int) -> Mapping[str, float]:
    """Transitions a second of CPU."""
    histories = [_history(number) for number in range(builds // _BUILDS)]
    count, began = 0, time.process_time()
    for record, events in histories:
        after = record
        for event in events:
            after, _ = decide(after, event)
            count += 1
    return {"rate": count / (time.process_time() - began)}


def _history(number: int) -> tuple[Record, Sequence[Event]]:
    function = FunctionId(f"tenant-{number % 50}", f"function-{number}")
    return Record(function), [event for at in range(_BUILDS) for event in _build(function, at)]


def _build(function: FunctionId, at: int) -> Sequence[Event]:
    """It is asked for, packed, built and deployed."""
    build, image = f"{at:032x}", f"registry.test/{function.parser_id}:{at}"
    request = BuildRequest(
        function=function,
        runtime="nodejs22",
        source_url="https://git.example.com/a.git",
    )
    key = Key(at, build)
    content, digest = Content(f"{at:064x}", f"{at:064x}"), f"sha256:{at:064x}"
    return (
        BuildRequested(request_id=build, key=key, now=at, request=request),
        ContextStored(
            request_id=build,
            key=key,
            now=at,
            request=request,
            content=content,
            image=image,
            choice=Choice(Strategy.KANIKO, "Go is compiled"),
        ),
        BuildEnded(request_id=build, now=at, verdict=Verdict()),
        CompletionHeard(request_id=build, key=key, now=at, image=image, digest=digest),
    )


if __name__ == "__main__":
    sys.stdout.write(json.dumps(decided(int(sys.argv[1]))))
