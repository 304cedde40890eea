"""A source that is one file: it becomes the module that the handler names."""

import shutil
from pathlib import Path, PurePosixPath

from knative_lambda.adapters.sources.refusals import rejected
from knative_lambda.domain.request import BuildRequest
from knative_lambda.domain.runtimes import RUNTIMES


def place(file: Path, name: str, request: BuildRequest, into: Path) -> None:
    """Move *file*, which is called *name* where it comes from, below the new folder *into*.

    Raises:
        SourceRefusedError: It is not in the language of the request's runtime.
    """
    extensions = RUNTIMES[request.runtime].extensions
    extension = PurePosixPath(name).suffix
    if extension not in extensions:
        *others, last = extensions
        listed = f"{', '.join(others)} or {last}" if others else last
        raise rejected(
            "source_url: must lead to a git repository, to a tar, tar.gz or zip archive, or, for "
            f"{request.runtime}, to a {listed} file"
        )
    module = request.handler.rpartition(".")[0]
    target = into / f"{module}{extension}"
    target.parent.mkdir(parents=True)
    shutil.move(file, target)
