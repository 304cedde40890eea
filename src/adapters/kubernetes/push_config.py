"""What builds push with: a Secret of the cluster, as a file for a moment."""

import base64
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from http import HTTPStatus
from pathlib import Path
from typing import Final

import attrs

from knative_lambda.adapters.kubernetes.api import KubernetesApi, Refusal
from knative_lambda.adapters.kubernetes.kinds import SECRETS
from knative_lambda.domain.errors import BuilderError

KEY: Final = ".dockerconfigjson"


@attrs.frozen
class PushConfig:
    """Docker's `config.json` in a Secret.

    Attributes:
        file: Where it lies; `None` if there is no such Secret, or it cannot be seen.
        hidden: Whether it cannot be seen, for a reason that others will tell.
    """

    file: Path | None
    hidden: bool = False


@asynccontextmanager
async def push_config(api: KubernetesApi, namespace: str, name: str) -> AsyncIterator[PushConfig]:
    """That of the Secret *name*; the file is removed afterwards."""
    try:
        secret = await api.call("GET", SECRETS.path(namespace, name))
        content = (secret.get("data") or {}).get(KEY)
        hidden = False
    except Refusal as refusal:
        content, hidden = None, refusal.status != HTTPStatus.NOT_FOUND
    except BuilderError:
        content, hidden = None, True
    if content is None:
        yield PushConfig(None, hidden)
        return
    with tempfile.TemporaryDirectory(prefix="push-") as folder:  # that nobody else may enter
        yield PushConfig(_written(content, Path(folder)))


def _written(content: str, folder: Path) -> Path:
    file = folder / "config.json"
    file.write_bytes(base64.b64decode(content))
    return file
