"""Sources that stand in their own URL."""

import base64
import binascii
import re
from pathlib import Path
from typing import Final
from urllib.parse import unquote_to_bytes

import attrs

from knative_lambda.adapters.sources.kind import (
    Found,
    SourceKind,
    refuse_credentials,
    refuse_ref,
)
from knative_lambda.adapters.sources.limits import FetchLimits
from knative_lambda.adapters.sources.refusals import not_found, rejected
from knative_lambda.adapters.sources.web_files import opened
from knative_lambda.adapters.threads import in_thread
from knative_lambda.domain.request import BuildRequest
from knative_lambda.domain.runtimes import RUNTIMES

_FORM: Final = re.compile(
    r"data:(?P<type>[^,;]*)(?:;(?!base64,)[^,;]*)*(?P<base64>;base64)?,(?P<data>.*)", re.ASCII
)
_EXTENSIONS: Final = {
    "application/javascript": ".js",
    "text/javascript": ".js",
    "text/x-python": ".py",
}


@attrs.frozen
class DataUrl(SourceKind):
    """Takes what *url* holds: an archive, or one file."""

    url: str = attrs.field(repr=False)
    limits: FetchLimits

    async def fetch(self, request: BuildRequest, work: Path) -> Found:
        """Its files; a type that says no language is taken for the runtime's."""
        refuse_ref(request)
        refuse_credentials(request)
        media, content = _read(self.url)
        if not content:
            raise not_found("source_url: there is nothing after the comma of the data: URL")
        name = f"data{_EXTENSIONS.get(media, RUNTIMES[request.runtime].extensions[0])}"

        def write() -> Found:
            file = work / "data"
            file.write_bytes(content)
            return opened(file, name, request, work / "tree", self.limits)

        return await in_thread(write)


def _read(url: str) -> tuple[str, bytes]:
    match = _FORM.fullmatch(url)
    if match is None:
        raise rejected("source_url: must be data:, a media type, perhaps ;base64, and the data")
    content = unquote_to_bytes(match["data"])
    if match["base64"]:
        try:
            content = base64.b64decode(content, validate=True)
        except binascii.Error as error:
            raise rejected("source_url: what stands after ;base64, must be base64") from error
    return match["type"].lower(), content
