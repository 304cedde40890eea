"""Sidecars as they are wired for production, one for each pod, by what its Job says."""

from collections.abc import Mapping
from pathlib import Path

import attrs
from support.kubernetes.resources import Object
from support.kubernetes.sidecars import Run

from knative_lambda.domain.pod import SIDECAR
from knative_lambda.entrypoints import sidecar_parts
from knative_lambda.environment import read
from knative_lambda.sidecar.settings import SidecarSettings


@attrs.define(eq=False)
class RealSidecars:
    """Its `run` is what the kubelet runs.

    Attributes:
        folder: Where each of them has its `/tmp`.
        secrets: What the Secrets that pods name hold, by key.
        variables: What a pod has besides what its Job says.
        runs: How many began.
        ends: How many ended by themselves.
    """

    folder: Path
    variables: Mapping[str, str]
    secrets: Mapping[str, str] = attrs.field(factory=dict)
    runs: int = 0
    ends: int = 0

    async def run(self, run: Run) -> int:
        """One process of it."""
        self.runs += 1
        name = run.pod["metadata"]["name"]
        folder = self.folder / f"{name}-{self.runs}"
        folder.mkdir()
        variables = {**self._given(run.pod), **self.variables, "TMPDIR": str(folder)}
        settings = read(SidecarSettings, variables)
        async with sidecar_parts.sidecar(settings, variables, run.terminated) as sidecar:
            run.ready.set()
            await sidecar.run()
        self.ends += 1
        return 0

    def _given(self, pod: Object) -> dict[str, str]:
        """The variables that its container is given."""
        (container,) = (each for each in pod["spec"]["initContainers"] if each["name"] == SIDECAR)
        return {each["name"]: self._value(each, pod) for each in container["env"]}

    def _value(self, variable: Object, pod: Object) -> str:
        if "value" in variable:
            return str(variable["value"]).replace("$$", "$")
        if "fieldRef" in (source := variable["valueFrom"]):
            return str(pod["metadata"][source["fieldRef"]["fieldPath"].removeprefix("metadata.")])
        return self.secrets[source["secretKeyRef"]["key"]]
