"""The environment variables that builds and functions get: few, and no secret of this process."""

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final

# HOME stays the user's: pip and npm find there which registry to use.
_BASE: Final = ("PATH", "HOME", "LANG", "LC_ALL", "XDG_CONFIG_HOME")
_NETWORK: Final = re.compile(
    r"(?i:pip_\w+|npm_config_\w+|ssl_cert_\w+|\w+_proxy)"
    r"|GO(?:PROXY|NOPROXY|SUMDB|NOSUMDB|PRIVATE|INSECURE|CACHE|MODCACHE)"
    r"|NODE_EXTRA_CA_CERTS|REQUESTS_CA_BUNDLE|CURL_CA_BUNDLE",
    re.ASCII,
)
# As in the Dockerfile: no C library is needed, and the compiler is the one that is installed.
_IN_EVERY_BUILD: Final = {"CGO_ENABLED": "0", "GOTOOLCHAIN": "local"}
# Bytecode written beside the code would change the image.
_IN_EVERY_IMAGE: Final = {"NODE_ENV": "production", "PYTHONDONTWRITEBYTECODE": "1"}


def of_build(scratch: Path, build_args: tuple[tuple[str, str], ...]) -> Mapping[str, str]:
    """For an install: what leads to the package registries, and the build's own arguments."""
    network = {name: value for name, value in os.environ.items() if _NETWORK.fullmatch(name)}
    own = {**_IN_EVERY_BUILD, "TMPDIR": str(scratch)}
    return {**_base(), **network, **own, **dict(build_args)}


def of_function(env: tuple[tuple[str, str], ...], own: Mapping[str, str]) -> Mapping[str, str]:
    """For a function: what its tenant set, and our *own* above it."""
    return {**_base(), **_IN_EVERY_IMAGE, **dict(env), **own}


def _base() -> dict[str, str]:
    return {name: os.environ[name] for name in _BASE if name in os.environ}
