"""A source fetcher that answers from memory: what it was given, else a small function."""

import tempfile
from collections.abc import AsyncIterator, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import attrs

from knative_lambda.domain.errors import SourceRefusedError
from knative_lambda.domain.failures import Reason
from knative_lambda.domain.request import BuildRequest
from knative_lambda.domain.runtimes import RUNTIMES, Language
from knative_lambda.ports.source_fetcher import SourceFetcher, SourceTree

_SMALL = {
    Language.NODEJS: {"index.js": "exports.handler = async (event) => ({ hello: event.data });\n"},
    Language.PYTHON: {
        "index.py": 'def handler(event, context):\n    return {"hello": event.data}\n'
    },
    Language.GO: {
        "function.go": (
            'package function\n\nimport "context"\n\n'
            "func Handle(_ context.Context, event map[string]any) (any, error) {\n"
            '\treturn map[string]any{"hello": event["data"]}, nil\n}\n'
        )
    },
}


@attrs.define
class MemorySourceFetcher(SourceFetcher):
    """Knows the *sources* it was given: files by path, for each URL; `None` where nothing is."""

    sources: dict[str, Mapping[str, str] | None] = attrs.field(factory=dict)

    def fetch(self, request: BuildRequest) -> AbstractAsyncContextManager[SourceTree]:
        """Its files in a directory that is removed afterwards."""
        return self._fetch(request)

    @asynccontextmanager
    async def _fetch(self, request: BuildRequest) -> AsyncIterator[SourceTree]:
        small = _SMALL[RUNTIMES[request.runtime].language]
        files = self.sources.get(request.source_url, small)
        if files is None:
            raise _missing(f"source_url: nothing is at {request.source_url}")
        with tempfile.TemporaryDirectory(prefix="source-") as directory:
            _write(Path(directory), files)
            inside = f"{request.source_path}/" if request.source_path else ""
            if not any(path.startswith(inside) for path in files):
                raise _missing(f"source_path: the source has no folder {request.source_path}")
            yield SourceTree(Path(directory, request.source_path))


def _missing(detail: str) -> SourceRefusedError:
    return SourceRefusedError(Reason.SOURCE_NOT_FOUND, detail)


def _write(directory: Path, files: Mapping[str, str]) -> None:
    for path, text in files.items():
        file = directory / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
