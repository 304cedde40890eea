"""What keeps `serve` from being begun is told, and nothing else."""

import os
import subprocess

from support.shell import COMMAND


def test_a_port_that_is_none_is_told_alone() -> None:
    local = {
        "KLB_JOB_RUNNER": "local",
        "KLB_SERVICE_DEPLOYER": "local",
        "KLB_CONTEXT_STORE": "directory",
        "KLB_SOURCE_FETCHER": "directory",
    }
    done = subprocess.run(
        [COMMAND, "serve"],
        env={**os.environ, **local, "PORT": "x"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stderr == "knative-lambda: PORT: 'x': must be a port: 1 to 65535\n"
    assert done.returncode == 2
