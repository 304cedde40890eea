"""Calling a function over HTTP, as a Trigger would, and seeing what it answers."""

import json
import time
import uuid
from pathlib import Path
from typing import Any

import aiohttp
import attrs

from knative_lambda.domain import names
from knative_lambda.domain.errors import WrongCallError
from knative_lambda.domain.ids import FunctionId
from knative_lambda.domain.instants import format_instant
from knative_lambda.domain.request import PARSER_START
from knative_lambda.ports.wire import STRUCTURED

_SHOWN = 2000  # characters of an answer


class EventFileError(WrongCallError):
    """The file holds no event; the message says what would be right."""


@attrs.frozen
class Reply:
    """What a function answered."""

    status: int
    content_type: str
    event_type: str | None
    body: str

    def __str__(self) -> str:
        kind = self.event_type or self.content_type
        return f"{self.status} {kind} {self.body}".rstrip()


def event_for(function: FunctionId, file: Path | None) -> dict[str, Any]:
    """The CloudEvent in *file*, or one around the data in it; without a file, a greeting.

    Raises:
        EventFileError: The file cannot be read or is not JSON.
    """
    given: Any = {"name": "world"}
    if file is not None:
        try:
            given = json.loads(file.read_bytes())
        except OSError as error:
            raise EventFileError(f"{file}: cannot be read: {error.strerror}") from error
        except ValueError as error:
            raise EventFileError(f"{file}: must be JSON: an event, or its data: {error}") from error
    event = given if isinstance(given, dict) and "specversion" in given else {"data": given}
    return {
        "specversion": "1.0",
        "id": str(uuid.uuid4()),
        "type": PARSER_START,
        "source": names.tenant_source(function.third_party_id),
        "subject": function.parser_id,
        "time": format_instant(time.time_ns()),
        "datacontenttype": "application/json",
        **event,
    }


async def invoke(url: str, event: dict[str, Any]) -> Reply:
    """Post *event* to the function at *url*."""
    headers = {"Content-Type": STRUCTURED}
    async with (
        aiohttp.ClientSession() as client,
        client.post(url, data=json.dumps(event), headers=headers) as response,
    ):
        text = await response.text(errors="replace")
        kind = response.headers.get("ce-type")
        return Reply(response.status, response.content_type, kind, text[:_SHOWN])
