"""The packer of build contexts: the tenant's tree, the wrapper and what is rendered for both."""

import asyncio
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

import attrs

from knative_lambda.adapters.packing.archive import stream
from knative_lambda.adapters.packing.components import components
from knative_lambda.adapters.packing.content_hash import content_hash
from knative_lambda.adapters.packing.digest import tree_hash
from knative_lambda.adapters.packing.generated import DOCKERFILE, DOCKERIGNORE, MANIFESTS, generated
from knative_lambda.adapters.packing.go_project import go_installation
from knative_lambda.adapters.packing.handler_file import require_handler_file
from knative_lambda.adapters.packing.ignored import ignored
from knative_lambda.adapters.packing.installation import Installation
from knative_lambda.adapters.packing.layer import layer
from knative_lambda.adapters.packing.node_project import node_installation
from knative_lambda.adapters.packing.pinning import is_pinned
from knative_lambda.adapters.packing.python_project import python_installation
from knative_lambda.adapters.packing.source import FOLDER, Source, rejected
from knative_lambda.adapters.packing.tarred import TreeChangedError
from knative_lambda.adapters.packing.tree import Member, TreeLimits, TreeRefusedError, ordered, scan
from knative_lambda.adapters.templates.templates import Templates, ours
from knative_lambda.domain.component import Component
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
            return self._context(Source.of(scan(tree, FOLDER, self.limits)), request)
        except TreeRefusedError as error:
            large = error.kind == "too_large"
            reason = Reason.SOURCE_TOO_LARGE if large else Reason.SOURCE_REJECTED
            raise SourceRefusedError(reason, str(error)) from error
        except FileNotFoundError as error:
            raise TransientError("a file of the source went away while it was read") from error

    def _context(self, source: Source, request: BuildRequest) -> PackedContext:
        if not source.files:
            raise rejected(
                "source: has no files; it must have at least the file that the handler names"
            )
        runtime = self.runtimes[request.runtime]
        installation: Installation = _INSTALLATIONS[runtime.language](source)
        if not installation.build_script:  # else the handler's file may only be made by it
            require_handler_file(source, request.handler, runtime)
        has_manifest = MANIFESTS.get(runtime.language) in source.files
        rest = {
            member.path: member
            for member in generated(
                self.templates, request, runtime, installation, has_manifest=has_manifest
            )
        }
        members = ordered([*source.files.values(), *rest.values()])
        tree_digest = tree_hash(members)
        is_ignored = ignored(_text(rest[DOCKERIGNORE]))
        found = {member.path: member for member in members if not is_ignored(member.path)}
        return PackedContext(
            content_hash=content_hash(tree_digest, request.build_args, runtime.base_image),
            tree_hash=tree_digest,
            files=len(members),
            pieces=lambda: _pieces(stream(members)),
            dockerfile=_text(rest[DOCKERFILE]),
            digests={path: f"{one.mode:04o} {one.sha256}" for path, one in found.items()},
            size=sum(member.size for member in members),
            pinned=is_pinned(runtime.language, source, installation),
            platforms=_platforms(source),
            layer=lambda copy: _pieces(layer(copy, found)),
            components=lambda: _components(source, runtime.language),
        )


def _platforms(source: Source) -> frozenset[str] | None:
    found = frozenset(
        member.architecture for member in source.files.values() if member.architecture is not None
    )
    return found or None


def _text(member: Member) -> str:
    assert isinstance(member.origin, bytes)  # noqa: S101 - so is all that is rendered
    return member.origin.decode(errors="replace")  # an operator's file is taken as it is


def _components(source: Source, language: Language) -> tuple[Component, ...]:
    try:
        return components(source, language)
    except TreeChangedError as error:
        raise TransientError(str(error)) from error


def _pieces(stream: Iterator[bytes]) -> Iterator[bytes]:
    try:
        yield from stream
    except TreeChangedError as error:
        raise TransientError(str(error)) from error
