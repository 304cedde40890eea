"""Builds on this machine are seen by the laws of `JobSight`, whoever runs them."""

from pathlib import Path

import pytest
from contracts.job_sight import NAME, JobSightContract

from knative_lambda.adapters.kept_log import KeptLog
from knative_lambda.adapters.local.build_logs import finish
from knative_lambda.adapters.local.job_sight import LocalJobSight
from knative_lambda.domain.errors import TransientError
from knative_lambda.ports.job_sight import JobSight


class TestLocalJobSight(JobSightContract):
    @pytest.fixture
    def sight(self, tmp_path: Path) -> JobSight:
        self.state = tmp_path
        self.logs: dict[str, KeptLog] = {}
        return LocalJobSight(tmp_path)

    async def start(self, name: str) -> None:
        folder = self.state / "jobs" / name
        folder.mkdir(parents=True)
        self.logs[name] = KeptLog(folder / "log")

    async def end(self, name: str) -> None:
        finish(self.logs[name], "memory:put:log")

    async def note(self, name: str, second: int, message: str) -> bool:  # noqa: ARG002 - the law's
        return False


async def test_a_folder_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    (tmp_path / "jobs").mkdir()
    (tmp_path / "jobs" / NAME).write_text("no folder", "utf-8")
    with pytest.raises(TransientError, match="the folder of its Job cannot be read: Not a dir"):
        await LocalJobSight(tmp_path).look(NAME)
