"""Logs in memory keep the laws of `BuildLogs`."""

import pytest
from contracts.build_logs import BuildLogsContract

from knative_lambda.adapters.memory.build_logs import MemoryBuildLogs
from knative_lambda.ports.build_logs import BuildLogs


class TestMemoryBuildLogs(BuildLogsContract):
    @pytest.fixture
    def logs(self) -> BuildLogs:
        self.memory = MemoryBuildLogs()
        return self.memory

    async def write(self, name: str, text: bytes) -> None:
        self.memory.write(name, text)

    async def end(self, name: str) -> None:
        self.memory.end(name)
