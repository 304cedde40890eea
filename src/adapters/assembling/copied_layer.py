"""Which layer of an image that was built holds what a stage left: its history tells.

Kaniko writes the words of the Dockerfile. BuildKit leaves the stage out, but not that the path is
an absolute one, as only those in a stage are. Buildah leaves out both, and so cannot be read.
"""

import re
from typing import Final

from knative_lambda.adapters.assembling.base import PlatformImage
from knative_lambda.adapters.assembling.kept_layer import KeptLayer

_OF_STAGE: Final = (
    re.compile(r"COPY\s(?:--\S+\s+)*--from=.*", re.DOTALL | re.IGNORECASE),
    re.compile(r"COPY\s(?:--\S+\s+)*/.* # buildkit", re.DOTALL),
)
_LONGEST: Final = 4096  # characters of what a history says


def copied(image: PlatformImage) -> KeptLayer | None:
    """The layer of *image* that is copied from a stage; `None`: that cannot be told for sure."""
    history = image.config.get("history") or ()
    filled = [entry.get("created_by") for entry in history if not entry.get("empty_layer")]
    if len(filled) != len(image.layers):
        return None
    found = [
        KeptLayer(described, diff_id, image.platform, words)
        for described, diff_id, words in zip(image.layers, image.diff_ids, filled, strict=True)
        if _is_of_stage(words)
    ]
    return found[0] if len(found) == 1 else None


def _is_of_stage(words: object) -> bool:
    if not isinstance(words, str) or len(words) > _LONGEST:
        return False
    return any(pattern.fullmatch(words) for pattern in _OF_STAGE)
