"""What compilers, shells and Node.js write, whoever runs them."""

from typing import Final

from knative_lambda.domain.causes.sign import Sign, sign
from knative_lambda.domain.failures import Reason

LIMITS: Final[tuple[Sign, ...]] = (
    sign(
        "the disk is full",
        r"(?!npm (?:warn|WARN)){any}[Nn]o space left on device",
        "there was no room left on the build's disk",
        Reason.BUILD_EXIT,
    ),
    sign(
        "Node.js runs out of memory",
        r"FATAL ERROR: {any}JavaScript heap out of memory",
        "node: the heap was full: JavaScript heap out of memory",
        Reason.OUT_OF_MEMORY,
    ),
)
COMPILED: Final[tuple[Sign, ...]] = (
    sign(
        "a dependency does not compile",
        r" {0,8}(?P<at>[^\s:]{1,200}\.(?:c|cc|cpp|cxx|h|hh|hpp):\d{1,7}(?::\d{1,5})?): "
        r"(?:fatal )?error: {line what}",
        "a dependency does not compile: {at}: {what}",
    ),
)
RUN: Final[tuple[Sign, ...]] = (
    sign(
        "TypeScript finds an error",
        r"(?P<file>[^\s(]{1,200})\({number line},\d{1,5}\): error (?P<what>TS\d{1,6}: {line})",
        "tsc: {file}, line {line}: {what}",
        Reason.BUILD_EXIT,
    ),
    sign(
        "a program is not there",
        r"(?:/bin/)?(?:ba|da|a)?sh: (?:(?:line )?\d{1,4}: )?(?P<program>[^:\s]{1,100}): "
        r"(?:command )?not found",
        "{program} is not there; name the package that brings it among the dependencies",
        Reason.BUILD_EXIT,
    ),
    sign("a script throws", r"{thrown what}", "{what}", Reason.BUILD_EXIT),
)
