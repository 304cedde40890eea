"""Addresses of the common forges as browsers show them, read as repositories."""

import re
from typing import Final
from urllib.parse import unquote

import attrs

from knative_lambda.adapters.sources.https_url import HttpsUrl
from knative_lambda.adapters.sources.refusals import rejected
from knative_lambda.domain import rules

_FORGES: Final = frozenset({"github.com", "gitlab.com", "bitbucket.org", "codeberg.org"})
_REPOSITORY: Final = re.compile(r"(?P<repository>/[^/]+/[^/]+?)(?:\.git)?/?")
# Behind each stand a ref and perhaps a folder.
_FOLDERS: Final = (
    ("", re.compile(r"(?P<repository>/.+?)/-/tree/(?P<tail>.+)")),
    ("github.com", re.compile(r"(?P<repository>/[^/]+/[^/]+)/tree/(?P<tail>.+)")),
    ("bitbucket.org", re.compile(r"(?P<repository>/[^/]+/[^/]+)/src/(?P<tail>.+)")),
    (
        "codeberg.org",
        re.compile(r"(?P<repository>/[^/]+/[^/]+)/src/(?:branch|tag|commit)/(?P<tail>.+)"),
    ),
)
_FILE: Final = re.compile(r"/[^/]+/[^/]+/(?:-/)?(?:blob|edit|blame)/.+|/.+/-/blob/.+")


@attrs.frozen
class Page:
    """A repository, and what a browser shows of it: a ref and perhaps a folder, or nothing."""

    repository: HttpsUrl
    tail: str = ""


def page(url: HttpsUrl) -> Page | None:
    """The repository that the page at *url* shows; `None` if it is no such page.

    Raises:
        SourceRefusedError: It shows a single file.
    """
    host = url.endpoint.host.removeprefix("www.")
    endpoint = attrs.evolve(url.endpoint, host=host) if host in _FORGES else url.endpoint
    path = url.path.rstrip("/")
    for forge, form in _FOLDERS:
        match = form.fullmatch(path)
        if match is not None and forge in {"", host}:
            return Page(HttpsUrl(endpoint, match["repository"]), _tail(match["tail"]))
    if host not in _FORGES:
        return None
    if _FILE.fullmatch(path):
        raise rejected(
            f"source_url: {url.shown}: shows a file; name its folder, or the address of its raw "
            "content"
        )
    match = _REPOSITORY.fullmatch(path)
    return None if match is None else Page(HttpsUrl(endpoint, f"{match['repository']}.git"))


def _tail(text: str) -> str:
    tail = unquote(text)
    if rules.SOURCE_PATH.expression.fullmatch(tail) is None:
        raise rejected("source_url: must name a branch, tag or commit, and a folder without '..'")
    return tail
