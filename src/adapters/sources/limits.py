"""How much of a source is taken before it is refused."""

from typing import Final

import attrs

from knative_lambda.adapters.packing.context_builder import LIMITS
from knative_lambda.adapters.packing.tree import TreeLimits

_DIRECTORIES: Final = 4  # for each file


@attrs.frozen
class FetchLimits:
    """The most that one fetch may take.

    Attributes:
        tree: Of files, and of the bytes in them; a download may have as many bytes.
        ratio: Bytes unpacked for each byte packed, looked at beyond `ratio_from` bytes unpacked.
        seconds: For all of a fetch.
        silence: Seconds without a byte, or until a connection is made.
    """

    tree: TreeLimits = LIMITS
    ratio: int = 100
    ratio_from: int = 32_000_000
    seconds: float = 300
    silence: float = 20

    @property
    def max_places(self) -> int:
        """Files and directories together."""
        return self.tree.max_files * (1 + _DIRECTORIES)
