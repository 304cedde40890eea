"""The tests' kubelet plays what was seen on a real cluster, in virtual time."""

import aiohttp
import pytest
from support.kubernetes import histories
from support.kubernetes.build_jobs import build_job
from support.kubernetes.cluster import BUILDS
from support.kubernetes.kubelet import Kubelet
from support.kubernetes.played import begun, conditions, job_of, pod_of, states
from support.kubernetes.resources import Object
from support.kubernetes.sidecars import Run

_LIMIT, _DEADLINE = "BackoffLimitExceeded", "DeadlineExceeded"
_DONE = "CompletionsReached"
_ENDED: list[tuple[str, str, tuple[int, str] | None]] = [
    ("SUCCESS", _DONE, (0, "Completed")),
    ("SUCCESS_SHOWN_FIRST", _DONE, (0, "Completed")),
    ("SUCCESS_WITHOUT_DIGEST", _DONE, (0, "Completed")),
    ("OOM_RUN_GOES_ON", _DONE, (0, "OOMKilled")),
    ("SIDECAR_KILLED", _DONE, (0, "Completed")),
    ("SIDECAR_KILLED_FOR_GOOD", _DONE, (0, "Completed")),
    ("RUN_EXIT_3", _LIMIT, (3, "Error")),
    ("RUN_EXIT_137", _LIMIT, (137, "Error")),
    ("RUN_KILLED", _LIMIT, (255, "Error")),
    ("BAD_DOCKERFILE", _LIMIT, (1, "Error")),
    ("FROM_MISSING", _LIMIT, (1, "Error")),
    ("COPY_MISSING", _LIMIT, (1, "Error")),
    ("USAGE_ONLY", _LIMIT, (1, "Error")),
    ("PUSH_DENIED", _LIMIT, (1, "Error")),
    ("REGISTRY_DOWN", _LIMIT, (1, "Error")),
    ("PUSH_FAILS_AFTER_BUILD", _LIMIT, (1, "Error")),
    ("OOM_KANIKO", _LIMIT, (137, "OOMKilled")),
    ("OOM_RUN_FAILS", _LIMIT, (255, "OOMKilled")),
    ("EVICTED", _LIMIT, (137, "ContainerStatusUnknown")),
    ("NODE_BACK", _LIMIT, (137, "ContainerStatusUnknown")),
    ("NODE_LOST", _LIMIT, None),
    ("CONTEXT_MISSING", _LIMIT, None),
    ("RUNS_FOR_EVER", _DEADLINE, None),
    ("KANIKO_IMAGE_MISSING", _DEADLINE, None),
    ("KANIKO_CONFIG_BROKEN", _DEADLINE, None),
    ("SIDECAR_CONFIG_BROKEN", _DEADLINE, None),
    ("VOLUME_MISSING", _DEADLINE, None),
    ("SIDECAR_IMAGE_MISSING", _DEADLINE, None),
    ("UNSCHEDULABLE", _DEADLINE, None),
    ("MISSING_SERVICE_ACCOUNT", _DEADLINE, None),
]
_CHANGES = {"GOING", "OVERDUE", "VANISHED"}  # what a history is left for


def test_every_history_is_played_here() -> None:
    known = {name for name in vars(histories) if name[0] != "_" and name.isupper()}
    assert known - _CHANGES - {"DIGEST"} == {name for name, _, _ in _ENDED}


@pytest.mark.parametrize(("name", "reason", "end"), _ENDED)
async def test_a_history_ends_as_it_was_seen_to(
    kubelet: Kubelet, name: str, reason: str, end: tuple[int, str] | None
) -> None:
    await kubelet.finish(await begun(kubelet, name))
    succeeded = reason == _DONE
    verdict = conditions(job_of(kubelet))
    assert verdict == dict.fromkeys(
        ("SuccessCriteriaMet", "Complete") if succeeded else ("FailureTarget", "Failed"), reason
    )
    assert job_of(kubelet)["status"].get("succeeded", 0) == int(succeeded)
    if end is None:
        assert all("terminated" not in states(pod).get("kaniko", "") for pod in _pods(kubelet))
    else:
        pod = pod_of(kubelet)
        assert pod["status"]["phase"] == ("Succeeded" if succeeded else "Failed")
        shown = pod["status"]["containerStatuses"][0]["state"]["terminated"]
        assert (shown["exitCode"], shown["reason"]) == end


def _pods(kubelet: Kubelet) -> list[Object]:
    return kubelet.cluster.objects("pods", BUILDS)


async def test_nothing_happens_before_its_time(kubelet: Kubelet) -> None:
    await begun(kubelet, "SUCCESS")
    assert not kubelet.cluster.objects("pods", BUILDS)
    kubelet.clock.advance(0.15)
    await kubelet.step()
    assert pod_of(kubelet)["status"]["phase"] == "Pending"
    kubelet.clock.advance(2)
    await kubelet.step()
    assert pod_of(kubelet)["status"]["phase"] == "Running"
    assert states(pod_of(kubelet)) == {
        "sidecar": "running",
        "fetch": "terminated 0",
        "kaniko": "running",
    }


async def test_a_pod_is_named_and_labelled_for_its_job_and_belongs_to_it(kubelet: Kubelet) -> None:
    await kubelet.finish(await begun(kubelet, "SUCCESS"))
    job, metadata = job_of(kubelet), pod_of(kubelet)["metadata"]
    assert metadata["name"].startswith("build-a-")
    assert len(metadata["name"]) == len("build-a-") + 5
    assert metadata["labels"]["job-name"] == "build-a"
    assert metadata["labels"]["batch.kubernetes.io/controller-uid"] == job["metadata"]["uid"]
    assert metadata["ownerReferences"][0]["uid"] == job["metadata"]["uid"]


async def test_a_failure_policy_says_which_container_failed_and_how(kubelet: Kubelet) -> None:
    codes = {"containerName": "kaniko", "operator": "NotIn", "values": [0]}
    policy = {"rules": [{"action": "FailJob", "onExitCodes": codes}]}
    await kubelet.finish(await begun(kubelet, "RUN_EXIT_3", podFailurePolicy=policy))
    failed = job_of(kubelet)["status"]["conditions"][-1]
    assert failed["reason"] == "PodFailurePolicy"
    assert failed["message"] == (
        f"Container kaniko for pod {BUILDS}/{pod_of(kubelet)['metadata']['name']}"
        " failed with exit code 3 matching FailJob rule at index 0"
    )


async def test_a_job_that_would_try_again_is_refused(kubelet: Kubelet) -> None:
    with pytest.raises(ValueError, match="backoffLimit"):
        await begun(kubelet, "SUCCESS", backoffLimit=1)


async def test_a_failed_fetch_leaves_kaniko_waiting_for_good(kubelet: Kubelet) -> None:
    await kubelet.finish(await begun(kubelet, "CONTEXT_MISSING"))
    assert states(pod_of(kubelet)) == {
        "sidecar": "terminated 0",
        "fetch": "terminated 6",
        "kaniko": "waiting PodInitializing",
    }


async def test_an_eviction_gives_no_times(kubelet: Kubelet) -> None:
    await kubelet.finish(await begun(kubelet, "EVICTED"))
    status = pod_of(kubelet)["status"]
    assert status["reason"] == "Evicted"
    assert conditions(pod_of(kubelet))["DisruptionTarget"] == "TerminationByKubelet"
    kaniko = status["containerStatuses"][0]
    assert kaniko["restartCount"] == 1
    assert kaniko["state"]["terminated"]["finishedAt"] is None


async def test_a_pod_without_an_account_is_never_made_and_an_event_says_so(
    kubelet: Kubelet,
) -> None:
    await kubelet.finish(await begun(kubelet, "MISSING_SERVICE_ACCOUNT"))
    (event,) = kubelet.cluster.objects("events", BUILDS)
    assert event["reason"] == "FailedCreate"
    assert event["involvedObject"]["name"] == "build-a"
    assert job_of(kubelet)["status"].get("failed", 0) == 0


async def test_a_job_deleted_without_a_word_on_its_pods_leaves_them_running(
    kubelet: Kubelet,
) -> None:
    life = await begun(kubelet, "SUCCESS")
    kubelet.clock.advance(2)
    await kubelet.step()
    url = f"{kubelet.cluster.url}/apis/batch/v1/namespaces/{BUILDS}/jobs/build-a"
    async with aiohttp.ClientSession() as client:
        assert (await client.delete(url)).status == 200
    await kubelet.finish(life)
    assert pod_of(kubelet)["status"]["phase"] == "Succeeded"
    assert "ownerReferences" not in pod_of(kubelet)["metadata"]


async def test_a_job_deleted_with_its_pods_gives_them_their_grace(kubelet: Kubelet) -> None:
    life = await begun(kubelet, "RUNS_FOR_EVER")
    kubelet.clock.advance(2)
    await kubelet.step()
    url = f"{kubelet.cluster.url}/apis/batch/v1/namespaces/{BUILDS}/jobs/build-a"
    async with aiohttp.ClientSession() as client:
        await client.delete(url, params={"propagationPolicy": "Background"})
    await kubelet.cluster.settled()
    assert pod_of(kubelet)["metadata"]["deletionTimestamp"]
    await kubelet.finish(life)
    assert not kubelet.cluster.objects("pods", BUILDS)


async def test_a_pod_deleted_by_hand_fails_its_job(kubelet: Kubelet) -> None:
    life = await begun(kubelet, "RUNS_FOR_EVER")
    kubelet.clock.advance(2)
    await kubelet.step()
    kubelet.cluster.remove("pods", BUILDS, pod_of(kubelet)["metadata"]["name"])
    await kubelet.finish(life)
    assert conditions(job_of(kubelet))["Failed"] == _LIMIT


async def test_a_finished_job_is_removed_with_its_pod_when_its_time_to_live_is_over(
    kubelet: Kubelet,
) -> None:
    await kubelet.finish(await begun(kubelet, "SUCCESS", ttlSecondsAfterFinished=60))
    assert job_of(kubelet)
    kubelet.clock.advance(61)
    await kubelet.step()
    assert not kubelet.cluster.objects("jobs", BUILDS)
    assert not kubelet.cluster.objects("pods", BUILDS)


async def test_new_jobs_are_played_by_plan(kubelet: Kubelet) -> None:
    kubelet.plan = lambda job: histories.SUCCESS if job["metadata"]["name"] == "a" else ()
    kubelet.cluster.plant(build_job("a"))
    kubelet.cluster.plant(build_job("b"))
    await kubelet.step()
    kubelet.clock.advance(100)
    await kubelet.step()
    finished = [conditions(job) for job in kubelet.cluster.objects("jobs", BUILDS)]
    assert [sorted(each) for each in finished] == [["Complete", "SuccessCriteriaMet"], []]


async def test_a_deadline_during_a_long_grace_does_not_save_the_pod(kubelet: Kubelet) -> None:
    life = await begun(kubelet, "RUNS_FOR_EVER", activeDeadlineSeconds=10)
    kubelet.clock.advance(9)
    await kubelet.step()

    pod = pod_of(kubelet)
    url = f"{kubelet.cluster.url}/api/v1/namespaces/{BUILDS}/pods/{pod['metadata']['name']}"
    async with aiohttp.ClientSession() as client:
        await client.delete(url)
    kubelet.clock.advance(2)
    await kubelet.finish(life)
    assert not kubelet.cluster.objects("pods", BUILDS)
    assert "Failed" in conditions(job_of(kubelet))


async def test_a_sidecar_that_breaks_breaks_its_test(kubelet: Kubelet) -> None:
    async def broken(_run: Run) -> int:
        raise RuntimeError("a bug of the sidecar's")

    kubelet.cluster.plant(build_job("build-a"))
    life = await kubelet.play("build-a", histories.SUCCESS, sidecar=broken)
    with pytest.raises(RuntimeError, match="a bug"):
        await kubelet.finish(life)
    kubelet.lives.clear()
