"""The content hash: equal for builds that make the same image, and its tag."""

import hashlib
import json
from collections.abc import Iterable


def content_hash(tree_hash: str, build_args: Iterable[tuple[str, str]], base_image: str) -> str:
    """SHA-256, in lower-case hex, over all that shapes an image.

    In it go

    - *tree_hash*: each file of the context. So the tenant's files, the wrapper, the Dockerfile
      as rendered, and `function.json` with the function's ids and its handler;
    - *build_args*, names and values, whatever their order;
    - *base_image*, as the runtime names it: a digest pins it, a tag is taken at its word. What
      the function is built on stands in the Dockerfile.

    Left out is what two builds of one image may differ in: the archive's bytes, where the
    source came from, when and by whom the build was asked for, `force`, the build's time
    limit; and all of serving: environment, secrets, triggers, scaling, resources, timeout.
    """
    shaping = {"tree": tree_hash, "build_args": sorted(build_args), "base_image": base_image}
    # ASCII, without spaces, keys sorted: one text for one value.
    text = json.dumps(shaping, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("ascii")).hexdigest()
