"""A build's log on its way to a person, or to a program."""

import json
import sys
from typing import TextIO

import attrs


@attrs.frozen
class LogLines:
    """Writes lines that are fit for a terminal already.

    Attributes:
        build_id: Whose log it is.
        as_json: Whether each line is to be a JSON object.
    """

    build_id: str
    as_json: bool
    out: TextIO = attrs.field(factory=lambda: sys.stdout)

    def write(self, text: bytes) -> None:
        """Whole lines, but for the very last one."""
        told = text.decode()
        if self.as_json:
            lines = told.removesuffix("\n").split("\n") if told else []
            told = "".join(f"{self._object(line)}\n" for line in lines)
        self.out.write(told)
        self.out.flush()

    def _object(self, line: str) -> str:
        return json.dumps({"build_id": self.build_id, "line": line}, ensure_ascii=False)
