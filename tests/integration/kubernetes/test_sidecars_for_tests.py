"""A pod's sidecar may be code of the test's, which the tests' kubelet treats as a real one does."""

import asyncio

from support.kubernetes import histories
from support.kubernetes.build_jobs import build_job
from support.kubernetes.client import Client
from support.kubernetes.cluster import BUILDS
from support.kubernetes.kubelet import Kubelet
from support.kubernetes.played import conditions, job_of, pod_of, states
from support.kubernetes.sidecars import Run

_DEADLINE = "DeadlineExceeded"


async def test_kaniko_is_shown_to_run_until_the_last_container_of_a_deleted_pod_has_ended(
    kubelet: Kubelet,
) -> None:
    told = asyncio.Event()
    end = asyncio.Event()

    async def sidecar(run: Run) -> int:
        run.ready.set()
        await run.terminated.wait()
        told.set()
        await end.wait()
        return 0

    kubelet.cluster.plant(build_job("build-a"))
    life = await kubelet.play("build-a", histories.RUNS_FOR_EVER, sidecar=sidecar)
    kubelet.clock.advance(600)
    await kubelet.step()
    await told.wait()
    assert conditions(job_of(kubelet)) == {"FailureTarget": _DEADLINE}
    pod = pod_of(kubelet)
    assert pod["metadata"]["deletionGracePeriodSeconds"] == 30
    assert states(pod)["kaniko"] == "running"
    end.set()
    await kubelet.finish(life)
    assert not kubelet.cluster.objects("pods", BUILDS)
    assert conditions(job_of(kubelet))["Failed"] == _DEADLINE


async def test_a_sidecar_that_does_not_end_is_killed_when_its_grace_is_over(
    kubelet: Kubelet,
) -> None:
    async def deaf(_run: Run) -> int:
        await asyncio.Event().wait()
        return 0

    kubelet.cluster.plant(build_job("build-a"))
    life = await kubelet.play("build-a", histories.SUCCESS, sidecar=deaf)
    kubelet.clock.advance(10)
    await kubelet.step()
    assert pod_of(kubelet)["status"]["phase"] == "Running"
    kubelet.clock.advance(30)
    await kubelet.step()
    await kubelet.finish(life)
    assert states(pod_of(kubelet))["sidecar"] == "terminated 137"
    assert "Complete" in conditions(job_of(kubelet))


async def test_a_sidecar_hears_sigterm_before_the_api_shows_the_end(kubelet: Kubelet) -> None:
    seen: list[str] = []

    async def sidecar(run: Run) -> int:
        run.ready.set()
        await run.terminated.wait()
        seen.append(states(pod_of(kubelet))["kaniko"])
        return 9

    kubelet.cluster.plant(build_job("build-a"))
    life = await kubelet.play("build-a", histories.SUCCESS, sidecar=sidecar)
    await kubelet.finish(life)
    assert seen == ["running"]
    assert "Complete" in conditions(job_of(kubelet))


async def test_a_sidecar_that_crashes_is_started_again_while_the_build_runs(
    kubelet: Kubelet,
) -> None:
    runs: list[Run] = []

    async def sidecar(run: Run) -> int:
        runs.append(run)
        if len(runs) == 1:
            return 1
        await run.terminated.wait()
        return 0

    kubelet.cluster.plant(build_job("build-a"))
    life = await kubelet.play("build-a", histories.SIDECAR_KILLED, sidecar=sidecar)
    await kubelet.finish(life)
    assert len(runs) > 1
    assert pod_of(kubelet)["status"]["initContainerStatuses"][0]["restartCount"] >= 1


async def test_a_sidecar_that_ends_after_the_build_is_not_started_again(kubelet: Kubelet) -> None:
    runs: list[Run] = []

    async def sidecar(run: Run) -> int:
        runs.append(run)
        while "terminated" not in states(pod_of(kubelet))["kaniko"]:  # noqa: ASYNC110 - it polls
            await asyncio.sleep(0)
        return 0

    kubelet.cluster.plant(build_job("build-a"))
    life = await kubelet.play("build-a", histories.SUCCESS_SHOWN_FIRST, sidecar=sidecar)
    for _ in range(100):
        kubelet.clock.advance(0.1)
        await kubelet.step()
    await kubelet.finish(life)
    assert len(runs) == 1
    assert pod_of(kubelet)["status"]["initContainerStatuses"][0]["restartCount"] == 0


async def test_who_deletes_a_pod_says_how_long_its_grace_is(
    kubelet: Kubelet, builds: Client
) -> None:
    async def deaf(_run: Run) -> int:
        await asyncio.Event().wait()
        return 0

    kubelet.cluster.plant(build_job("build-a"))
    await kubelet.play("build-a", histories.RUNS_FOR_EVER, sidecar=deaf)
    kubelet.clock.advance(5)
    await kubelet.step()
    await builds.delete("pods", pod_of(kubelet)["metadata"]["name"], {"gracePeriodSeconds": 5})
    await kubelet.step()
    kubelet.clock.advance(4)
    await kubelet.step()
    assert pod_of(kubelet)
    kubelet.clock.advance(3)
    await kubelet.step()
    assert not kubelet.cluster.objects("pods", BUILDS)


async def test_a_startup_probe_holds_kaniko_back_until_the_sidecar_is_ready(
    kubelet: Kubelet,
) -> None:
    ready = asyncio.Event()

    async def sidecar(run: Run) -> int:
        await ready.wait()
        run.ready.set()
        await run.terminated.wait()
        return 0

    job = build_job("build-a")
    first = job["spec"]["template"]["spec"]["initContainers"][0]
    first["startupProbe"] = {"exec": {"command": ["true"]}}
    kubelet.cluster.plant(job)
    life = await kubelet.play("build-a", histories.SUCCESS, sidecar=sidecar)
    kubelet.clock.advance(60)
    await kubelet.step()
    assert states(pod_of(kubelet))["kaniko"] == "waiting PodInitializing"
    ready.set()
    await kubelet.finish(life)
    assert "Complete" in conditions(job_of(kubelet))
