"""The packer of build contexts: the tenant's tree, the wrapper and what is rendered for both."""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

import attrs

from knative_lambda.adapters.packing.archive import TreeChangedError, stream
from knative_lambda.adapters.packing.content_hash import content_hash
from knative_lambda.adapters.packing.digest import tree_hash
from knative_lambda.adapters.packing.generated import MANIFESTS, generated
from knative_lambda.adapters.packing.go_project import go_installation
from knative_lambda.adapters.packing.handler_file import require_handler_file
from knative_lambda.adapters.packing.installation import Installation
from knative_lambda.adapters.packing.node_project import node_installation
from knative_lambda.adapters.packing.python_project import python_installation
from knative_lambda.adapters.packing.source import FOLDER, Source, rejected
from knative_lambda.adapters.packing.tree import Member, TreeLimits, TreeRefusedError, ordered, scan
from knative_lambda.adapters.templates.templates import Templates, ours
from knative_lambda.domain.errors import SourceRefusedError, TransientError
from knative_lambda.domain.failures import Reason
from knative_lambda.domain.request import BuildRequest
from knative_lambda.domain.runtimes import RUNTIMES, Language, Runtime
from knative_lambda.ports.context_packer import ContextPacker, PackedContext

LIMITS: Final = TreeLimits(max_files=20_000, max_bytes=500_000_000)

_INSTALLATIONS: Final = {
    Language.NODEJS: node_installation,
    Language.PYTHON: python_installation,
    Language.GO: go_installation,
}


@attrs.frozen
class ContextBuilder(ContextPacker):
    """Packs on a thread, since it reads and hashes each file.

    Attributes:
        limits: Of the tenant's tree; what is generated comes on top.
        runtimes: By name, on the images that are to be used.
        templates: Of what is generated.
    """

    limits: TreeLimits = LIMITS
    runtimes: Mapping[str, Runtime] = RUNTIMES
    templates: Templates = attrs.field(factory=ours)

    async def pack(self, tree: Path, request: BuildRequest) -> PackedContext:
        """Plan the context; its pieces raise TransientError when the tree changes meanwhile."""
        return await asyncio.to_thread(self._packed, tree, request)

    def _packed(self, tree: Path, request: BuildRequest) -> PackedContext:
        try:
            members = self._members(tree, request)
        except TreeRefusedError as error:
            large = error.kind == "too_large"
            reason = Reason.SOURCE_TOO_LARGE if large else Reason.SOURCE_REJECTED
            raise SourceRefusedError(reason, str(error)) from error
        except FileNotFoundError as error:
            raise TransientError("a file of the source went away while it was read") from error
        tree_digest = tree_hash(members)
        return PackedContext(
            content_hash=content_hash(
                tree_digest, request.build_args, self.runtimes[request.runtime].base_image
            ),
            tree_hash=tree_digest,
            files=len(members),
            pieces=lambda: _pieces(members),
        )

    def _members(self, tree: Path, request: BuildRequest) -> Sequence[Member]:
        source = Source.of(scan(tree, FOLDER, self.limits))
        if not source.files:
            raise rejected(
                "source: has no files; it must have at least the file that the handler names"
            )
        runtime = self.runtimes[request.runtime]
        installation: Installation = _INSTALLATIONS[runtime.language](source)
        if not installation.build_script:  # else the handler's file may only be made by it
            require_handler_file(source, request.handler, runtime)
        has_manifest = MANIFESTS.get(runtime.language) in source.files
        rest = generated(self.templates, request, runtime, installation, has_manifest=has_manifest)
        return ordered([*source.files.values(), *rest])


def _pieces(members: Sequence[Member]) -> Iterator[bytes]:
    try:
        yield from stream(members)
    except TreeChangedError as error:
        raise TransientError(str(error)) from error
