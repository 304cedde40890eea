"""From exit codes, words, messages and logs to how a build ended, as seen of real builds."""

import pytest

from knative_lambda.domain.failures import Reason
from knative_lambda.domain.verdict import BuildStatus, Verdict
from knative_lambda.sidecar.verdict import judge

DIGEST = f"sha256:{'60e93b0a' * 8}"
CHECK = (
    "error checking push permissions -- make sure you entered the correct tag name, and that you "
    'are authenticated correctly, and try again: checking push permission for "registry.test/a": '
)
BUILDING = "error building image: error building stage: failed to execute command: "
USAGE = "  -v, --verbosity string   Log level (default info)\n"


def verdict_of(
    exit_code: int | None, word: str = "Error", message: str = "", log_tail: str = ""
) -> Verdict:
    verdict = judge(BuildStatus(exit_code=exit_code, word=word, message=message, log_tail=log_tail))
    assert verdict is not None
    return verdict


@pytest.mark.parametrize("word", ["Completed", "OOMKilled", "Error", ""])
def test_exit_code_0_is_success_whatever_it_is_called(word: str) -> None:
    assert verdict_of(0, word, DIGEST) == Verdict(digest=DIGEST)


@pytest.mark.parametrize(
    "message",
    [
        "",
        "no digest",
        "sha256:",
        DIGEST.upper(),
        DIGEST + "0",
        DIGEST[:-1],
        f"{DIGEST} {DIGEST}",
        f"x{DIGEST}",
        "sha512:" + "a" * 64,
        f"{DIGEST}\n{DIGEST}",
    ],
)
def test_a_success_without_a_digest_is_a_success_all_the_same(message: str) -> None:
    assert verdict_of(0, "Completed", message) == Verdict()


def test_a_digest_is_read_without_the_line_end_after_it() -> None:
    assert verdict_of(0, "Completed", f"{DIGEST}\n").digest == DIGEST


def test_what_a_successful_build_logged_does_not_matter() -> None:
    log = f"npm error code E404\n{CHECK}connection refused\n{BUILDING}signal: killed"

    assert verdict_of(0, "OOMKilled", DIGEST, log) == Verdict(digest=DIGEST)


@pytest.mark.parametrize("exit_code", [1, 3, 137, 143, 255, -9])
def test_the_digest_of_a_failed_build_is_of_an_image_nobody_pushed(exit_code: int) -> None:
    verdict = verdict_of(exit_code, "Error", DIGEST)

    assert verdict.reason is not None
    assert verdict.digest is None


FAILURES = {
    "command failed": (3, "Error", BUILDING + "waiting for process to exit: exit status 3", ""),
    "command said 137": (137, "Error", BUILDING + "exit status 137", ""),
    "command killed": (255, "Error", BUILDING + "waiting for process to exit: signal: killed", ""),
    "terminated": (143, "Error", "INFO[0003] Running: [/bin/sh -c sleep 1000]", ""),
    "pid 1 interrupted": (130, "Error", "", ""),
    "copy of nothing": (1, "Error", "lstat /kaniko/buildcontext/x: no such file or directory", ""),
    "usage text": (1, "Error", USAGE, USAGE),
    "nothing said": (1, "", "", ""),
}


@pytest.mark.parametrize(("exit_code", "word", "message", "log"), FAILURES.values(), ids=FAILURES)
def test_a_build_that_failed_by_itself(exit_code: int, word: str, message: str, log: str) -> None:
    assert verdict_of(exit_code, word, message, log).reason is Reason.BUILD_EXIT


@pytest.mark.parametrize(
    ("exit_code", "word"),
    [(137, "OOMKilled"), (255, "OOMKilled"), (1, "OOMKilled"), (137, "")],
)
def test_a_build_that_ran_out_of_memory(exit_code: int, word: str) -> None:
    """Without a keeper that has a word for it, being killed is the only sign."""
    assert verdict_of(exit_code, word).reason is Reason.OUT_OF_MEMORY


def test_running_out_of_memory_explains_all_else_that_was_said() -> None:
    verdict = verdict_of(255, "OOMKilled", BUILDING + "signal: killed", "npm error signal SIGKILL")

    assert verdict.reason is Reason.OUT_OF_MEMORY


def test_a_container_that_was_lost_is_not_one_that_ran_out_of_memory() -> None:
    message = "The container could not be located when the pod was terminated"

    verdict = verdict_of(137, "ContainerStatusUnknown", message)

    assert verdict.reason is not Reason.OUT_OF_MEMORY


CAUSES = {
    "unknown instruction": (
        Reason.DOCKERFILE_ERROR,
        "error building image: parsing dockerfile: dockerfile parse error on line 2: unknown",
    ),
    "no Dockerfile": (
        Reason.DOCKERFILE_ERROR,
        "Error: error resolving dockerfile path: please provide a valid path",
    ),
    "base image missing": (
        Reason.IMAGE_PULL,
        "error building image: MANIFEST_UNKNOWN: manifest unknown; map[Tag:1]",
    ),
    "push unauthorized": (Reason.PUSH_DENIED, f"{CHECK}UNAUTHORIZED: authentication required"),
    "push denied": (Reason.PUSH_DENIED, f"{CHECK}DENIED: requested access is denied"),
    "push forbidden": (Reason.PUSH_DENIED, f"{CHECK}unexpected status code 403 Forbidden"),
    "registry down": (
        Reason.REGISTRY_UNAVAILABLE,
        f"{CHECK}dial tcp 127.0.0.1:5999: connect: connection refused",
    ),
    "registry silent": (Reason.REGISTRY_UNAVAILABLE, f"{CHECK}dial tcp 10.1.1.1:5000: i/o timeout"),
    "registry gone at the end": (
        Reason.REGISTRY_UNAVAILABLE,
        "error pushing image: failed to push: dial tcp 127.0.0.1:5000: connection refused",
    ),
    "push denied at the end": (
        Reason.PUSH_DENIED,
        "error pushing image: failed to push to destination registry.test/a: DENIED: access denied",
    ),
    "npm": (Reason.DEPENDENCY_INSTALL, "npm error code E404\nnpm error 404 Not Found"),
    "npm, older": (Reason.DEPENDENCY_INSTALL, "added 3\nnpm ERR! code ERESOLVE"),
    "pip, no such package": (
        Reason.DEPENDENCY_INSTALL,
        "ERROR: Could not find a version that satisfies the requirement nope==1 (from versions: )",
    ),
    "pip, no distribution": (
        Reason.DEPENDENCY_INSTALL,
        "ERROR: No matching distribution found for nope==1",
    ),
    "pip, wrong line": (Reason.DEPENDENCY_INSTALL, "ERROR: Invalid requirement: 'no pe'"),
    "pip, conflict": (
        Reason.DEPENDENCY_INSTALL,
        "ERROR: ResolutionImpossible: for help visit the documentation",
    ),
    "pip, wheels": (
        Reason.DEPENDENCY_INSTALL,
        "error: failed-wheel-build-for-install\nFailed to build installable wheels for some",
    ),
    "pip 24, wheels": (
        Reason.DEPENDENCY_INSTALL,
        "ERROR: Could not build wheels for nope, which is required to install pyproject.toml",
    ),
}


@pytest.mark.parametrize(("reason", "said"), CAUSES.values(), ids=CAUSES)
def test_the_cause_is_found_in_the_message(reason: Reason, said: str) -> None:
    assert verdict_of(1, "Error", said).reason is reason


@pytest.mark.parametrize(("reason", "said"), CAUSES.values(), ids=CAUSES)
def test_the_cause_is_found_in_the_log_when_the_message_is_a_digest(
    reason: Reason, said: str
) -> None:
    """A push that fails leaves the digest as its message: the error is in the log alone."""
    log = f"INFO[0001] Unpacking\n{said}\n{USAGE}"

    assert verdict_of(1, "Error", DIGEST, log).reason is reason


@pytest.mark.parametrize("log", ["", "INFO[0009] Pushing image to registry.test/a", "x\n" * 9])
@pytest.mark.parametrize("message", [DIGEST, f"{DIGEST}\n"])
def test_kaniko_that_fails_with_a_digest_has_built_and_could_not_push(
    message: str, log: str
) -> None:
    """Whatever became of its log: the digest is written between the build and the push."""
    assert verdict_of(1, "Error", message, log).reason is Reason.REGISTRY_UNAVAILABLE
    assert DIGEST not in verdict_of(1, "Error", message, log).detail


@pytest.mark.parametrize("exit_code", [3, 137, 143, 255])
def test_a_command_that_fails_is_no_push_whatever_it_left_as_last_words(exit_code: int) -> None:
    assert verdict_of(exit_code, "Error", DIGEST).reason is Reason.BUILD_EXIT


def test_a_build_that_has_not_ended_has_no_verdict() -> None:
    assert judge(BuildStatus(log_tail="npm error", message=DIGEST, word="OOMKilled")) is None


@pytest.mark.parametrize("exit_code", [None, 143, 137, 1])
def test_a_build_that_was_ended_after_its_time_timed_out(exit_code: int | None) -> None:
    status = BuildStatus(exit_code=exit_code, timed_out=True, log_tail="npm error")

    verdict = judge(status)

    assert verdict is not None
    assert verdict.reason is Reason.TIMEOUT
    assert verdict.detail == "the build took longer than it may\nnpm error"


def test_a_build_that_succeeded_as_its_time_ran_out_succeeded() -> None:
    """Exit code 0 is success: its image has been pushed."""
    verdict = judge(BuildStatus(exit_code=0, message=DIGEST, timed_out=True))

    assert verdict == Verdict(digest=DIGEST)
