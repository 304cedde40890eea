"""The SDK costs nothing until it is used."""

import subprocess
import sys

_PROGRAM = """
import sys
from knative_lambda.adapters.s3.context_store import S3ContextStore
S3ContextStore("bucket")
print([name for name in sys.modules if name.split(".")[0] in ("aiobotocore", "botocore")])
"""


def test_a_store_that_is_not_used_imports_no_sdk() -> None:
    done = subprocess.run(
        [sys.executable, "-c", _PROGRAM], capture_output=True, text=True, check=True
    )
    assert done.stdout == "[]\n"
