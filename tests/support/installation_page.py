"""What `docs/installation.md` tells an operator to type."""

import re
import shlex
from typing import Final

from support.installation import BUILDS, FUNCTIONS, ROOT, SYSTEM

PAGE: Final = ROOT / "docs" / "installation.md"
# By namespace and name.
SECRETS: Final = [
    (SYSTEM, "knative-lambda"),
    (SYSTEM, "rabbitmq"),
    (FUNCTIONS, "rabbitmq"),
    (BUILDS, "build-broker"),
    (BUILDS, "registry-push"),
]
_VARIABLE: Final = re.compile(r"\$\([^)]*\)|\$\w+")


def blocks(language: str) -> list[str]:
    """What stands in fences of that *language*; without one, it is for a shell."""
    fences = re.findall(r"^```(\w*)\n(.*?)^```$", PAGE.read_text("utf-8"), re.DOTALL | re.MULTILINE)
    return [text for named, text in fences if named == language]


def commands(program: str) -> list[list[str]]:
    """The words of each call of *program*, in order; what a shell would fill in is `filled`."""
    lines = "".join(blocks("")).replace("\\\n", " ").splitlines()
    return [
        shlex.split(_VARIABLE.sub("filled", line))
        for line in lines
        if line.split()[:1] == [program]
    ]


def documented() -> dict[tuple[str, str], dict[str, str]]:
    """The Secrets that one is told to make: their keys and values."""
    made: dict[tuple[str, str], dict[str, str]] = {}
    for words in commands("kubectl"):
        if words[1:3] != ["create", "secret"]:
            continue
        named = words[words.index("--namespace") + 1]
        # A loop over the two namespaces that both need it.
        for namespace in (SYSTEM, FUNCTIONS) if named == "filled" else (named,):
            made[namespace, words[4]] = _data(words)
    return made


def _data(words: list[str]) -> dict[str, str]:
    if words[3] == "docker-registry":
        return {".dockerconfigjson": "filled"}
    given = [word.removeprefix("--from-literal=") for word in words if "--from-literal=" in word]
    return dict(pair.split("=", 1) for pair in given)
