"""What Kaniko writes as its last line when the build fails for its own part of it."""

import re
from typing import Final

from knative_lambda.domain.causes.sign import Sign, sign
from knative_lambda.domain.failures import Reason

# Pages about its flags may come after this line; nothing of its own does.
_END: Final = re.compile(
    r"^(?:error (?:building image|checking push permissions|pushing image)"
    r"|Error: (?:error resolving|unknown \S{0,20} ?flag|invalid argument))[^\n]{0,4000}",
    re.ASCII | re.MULTILINE,
)
_PROGRESS: Final = re.compile(
    r"^(?:TRAC|DEBU|INFO|WARN|ERRO|FATA|PANI)\[[^\]\n]{0,40}\] [^\n]*\n?", re.MULTILINE
)
_COMMAND: Final = re.compile(r"failed to execute command: [^\n]{0,200}(?:exit status|signal:)")
_CHECK: Final = r"error checking push permissions{any}"
_PUSH: Final = r"error (?:checking push permissions|pushing image){any}"
_UNREACHED: Final = (
    "the registry of images could not be reached, or failed, when the image was to be pushed"
)

KANIKO: Final[tuple[Sign, ...]] = (
    sign(
        "the context, or a flag, is not right",
        r"Error: (?:error resolving source context|unknown|invalid argument)",
        "the build could not be run",
        Reason.INTERNAL,
    ),
    sign(
        "the image's name is not right",
        _CHECK + r"(?:can only contain|could not parse reference)",
        "the build could not be run",
        Reason.INTERNAL,
    ),
    sign(
        "the registry refuses the push",
        _PUSH + r"(?i:denied|unauthorized|forbidden)",
        "the registry of images does not let this build push",
        Reason.PUSH_DENIED,
    ),
    sign(
        "the registry cannot be reached, or fails",
        r"error checking push permissions",
        _UNREACHED,
        Reason.REGISTRY_UNAVAILABLE,
    ),
    sign(
        "the registry cannot be reached, or fails",
        r"error pushing image{any}(?:timeout|refused|reset|no such host|EOF|TOOMANYREQUESTS"
        r"|status code (?:429|5\d\d))",
        _UNREACHED,
        Reason.REGISTRY_UNAVAILABLE,
    ),
    sign(
        "a line of the Dockerfile cannot be read",
        r"{any}dockerfile parse error on line {number line}: {line what}",
        "Dockerfile, line {line}: {what}",
        Reason.DOCKERFILE_ERROR,
    ),
    sign(
        "the Dockerfile cannot be read, or is not there",
        r"{any}(?:parsing|resolving) dockerfile(?: path)?: {line what}",
        "Dockerfile: {what}",
        Reason.DOCKERFILE_ERROR,
    ),
    sign(
        "a base image is not in its registry",
        r"{any}MANIFEST_UNKNOWN",
        "an image that the Dockerfile begins with is not in its registry (MANIFEST_UNKNOWN)",
        Reason.IMAGE_PULL,
    ),
    sign(
        "a base image cannot be pulled",
        r"{any}(?:retrieving image from (?:remote|cache)"
        r"|image: (?:unable to complete operation|(?:GET|HEAD) \"?https?://))",
        "an image that the Dockerfile begins with cannot be pulled",
        Reason.IMAGE_PULL,
    ),
    sign(
        "a file that the Dockerfile copies is not there",
        r"{any}lstat (?P<file>[^\n:]{1,300}): no such file or directory",
        "Dockerfile: {file} is to be copied, and is not in the build's context",
        Reason.BUILD_EXIT,
    ),
)


def own_words(log: str) -> str:
    """What Kaniko says of its end in *log*; empty if it says nothing, or that a command failed."""
    lines = _END.findall(log)
    return "" if not lines or _COMMAND.search(lines[-1]) else str(lines[-1])


def without_own_words(log: str) -> str:
    """*log* as commands of the build have written it."""
    return _END.sub("", _PROGRESS.sub("", log))
