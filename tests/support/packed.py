"""A packed context without a disk: one file, and a Dockerfile that no recipe is read from."""

from knative_lambda.ports.context_packer import PackedContext

ONLY_KANIKO = "FROM registry.test/base:1\nRUN make\n"


def packed_context(digest: str, content: bytes, dockerfile: str = ONLY_KANIKO) -> PackedContext:
    """The context with this hash; *content* stands for its archive, and for its file."""
    return PackedContext(
        content_hash=digest,
        tree_hash=digest,
        files=1,
        pieces=lambda: [content],
        dockerfile=dockerfile,
        digests={"function/index.js": f"0644 {digest}"},
        size=len(content),
        pinned=True,
        platforms=None,
        layer=lambda _copy: [content],
        components=lambda: (),
    )
