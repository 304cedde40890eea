"""URLs that may be fetched over https, read more strictly than any client does."""

import re
from typing import Final, Self

import attrs
from yarl import URL

from knative_lambda.adapters.sources.endpoints import Endpoint, port_number
from knative_lambda.adapters.sources.host_names import host_name

_PORT: Final = 443
_FORM: Final = re.compile(
    r"(?i:https)://(?P<authority>[^/?#]*)(?P<path>/[^?#]*)?(?P<query>\?[^#]*)?(?:#.*)?", re.ASCII
)
_VISIBLE: Final = re.compile(r"[\x21-\x7e]*", re.ASCII)
_HOST: Final = re.compile(r"(?P<host>\[[^\]]*\]|[^:]*)(?::(?P<port>.*))?", re.ASCII)


@attrs.frozen
class HttpsUrl:
    """A place on a web server; *path* and *query*, with its '?', as they were written."""

    endpoint: Endpoint
    path: str = "/"
    query: str = attrs.field(default="", repr=False)

    @classmethod
    def of(cls, text: str) -> Self:
        """Read *text*; a fragment is dropped.

        Raises:
            ValueError: It is no such URL; the text is what would be right.
        """
        match = _FORM.fullmatch(text)
        if match is None or not _VISIBLE.fullmatch(text) or "\\" in text:
            raise ValueError("must be an https:// URL of visible ASCII without '\\'")
        if "@" in match["authority"]:
            raise ValueError("must not hold credentials; name one in source_credentials")
        place = _HOST.fullmatch(match["authority"])
        if place is None or not place["host"]:
            raise ValueError("must name a host")
        port = _PORT if place["port"] is None else port_number(place["port"])
        endpoint = Endpoint(host_name(place["host"]), port)
        return cls(endpoint, match["path"] or "/", match["query"] or "")

    @property
    def origin(self) -> str:
        """The URL of its server."""
        port = "" if self.endpoint.port == _PORT else f":{self.endpoint.port}"
        return f"https://{self.endpoint.bracketed}{port}"

    def __str__(self) -> str:
        """As it is asked for."""
        return f"{self.origin}{self.path}{self.query}"

    @property
    def shown(self) -> str:
        """As it is told: a query may be a signature."""
        return f"{self.origin}{self.path}"

    def led_to(self, location: str) -> "HttpsUrl":
        """Where a redirect to *location* leads.

        Raises:
            ValueError: Not to an https URL.
        """
        if _VISIBLE.fullmatch(location) is None:
            raise ValueError("must be an https:// URL of visible ASCII without '\\'")
        if location.startswith("//"):
            return HttpsUrl.of(f"https:{location}")
        if re.match(r"[A-Za-z][A-Za-z0-9+.-]*:", location):
            return HttpsUrl.of(location)
        return HttpsUrl.of(str(URL(str(self), encoded=True).join(URL(location, encoded=True))))
