"""The log of a build as it may be kept: text without secrets, that steers no terminal."""

import codecs
import re
from typing import Final

import attrs

from knative_lambda.domain.printable import printable
from knative_lambda.domain.redaction import Redactor

LONGEST: Final = 32 * 1024  # characters of a line; a longer one is taken in parts
HELD: Final = 2 * 1024  # of such a part are held back: a secret may go on in the next
_KEY: Final = "-----BEGIN "
_KEY_END: Final = re.compile(r"-----END [^-]*-----")


@attrs.define
class LogText:
    """Takes bytes as they come, and gives them back line by line, as UTF-8."""

    redact: Redactor
    _decoder: codecs.IncrementalDecoder = attrs.field(init=False)
    _open: str = ""  # what may belong together with what is still to come

    def __attrs_post_init__(self) -> None:
        self._decoder = codecs.getincrementaldecoder("utf-8")("backslashreplace")

    def feed(self, data: bytes) -> bytes:
        """What can be kept now that *data* has come."""
        text = self._open + self._decoder.decode(data)
        ready = self._ready(text)
        self._open = text[ready:]
        return self._kept(text[:ready])

    def end(self) -> bytes:
        """What is left, when no more will come."""
        text, self._open = self._open + self._decoder.decode(b"", final=True), ""
        return self._kept(text)

    def _ready(self, text: str) -> int:
        """Up to where *text* is whole."""
        ready = text.rfind("\n") + 1
        if len(text) - ready > LONGEST:
            ready = len(text) - HELD
            for match in self.redact.matches(text):
                start, end = match.span()
                if start < ready < end:
                    ready = start
            return ready or len(text)
        key = text.rfind(_KEY, max(0, ready - LONGEST), ready)
        return key if key >= 0 and not _KEY_END.search(text, key) else ready

    def _kept(self, text: str) -> bytes:
        return printable(self.redact(text).replace("\r\n", "\n"), kept="\n\t").encode()
