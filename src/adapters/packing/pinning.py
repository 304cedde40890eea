"""Whether installing what a source depends on gives the same each time."""

import re
from typing import Final

from knative_lambda.adapters.packing.installation import Installation
from knative_lambda.adapters.packing.python_project import requirements
from knative_lambda.adapters.packing.source import Source
from knative_lambda.domain.runtimes import Language

# `name==1.2.3`, also with extras or a marker; a version with `*` is many.
# Blanks are single: of many, each way to part them between two places would be tried.
_VERSION: Final = re.compile(r"[\w.-]+ ?(?:\[[^\]]*\])? ?={2,3} ?[^\s*,;<>=!~]+ ?(?:;.*)?")
_URL_WITH_HASH: Final = re.compile(
    r"[\w.-]+ ?(?:\[[^\]]*\])? ?@.*[#&]sha(?:256|384|512)=[0-9a-f]+.*"
)


def is_pinned(language: Language, source: Source, installation: Installation) -> bool:
    """Whether *installation*, which is that of *source*, leaves nothing to choose.

    npm takes what its lock says, and Go what `go.sum` allows. Of Python's requirements each must
    name one version, or bear a hash; a package brings requirements of its own, which are not seen.
    """
    if language is Language.NODEJS:
        return installation.locked or not installation.install
    if language is Language.GO:
        return True
    if installation.package:
        return False
    return installation.hashed or all(map(_is_one_version, requirements(source)))


def _is_one_version(requirement: str) -> bool:
    line = " ".join(requirement.split())
    return bool(_VERSION.fullmatch(line) or _URL_WITH_HASH.fullmatch(line))
