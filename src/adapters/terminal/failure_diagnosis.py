"""Why a build failed, and what to do, for each reason of the closed list."""

from collections.abc import Callable, Mapping
from typing import Final

from knative_lambda.adapters.terminal import typed
from knative_lambda.adapters.terminal.diagnosis import Diagnosis, Step, operator, tenant
from knative_lambda.adapters.terminal.obstacle import obstacle
from knative_lambda.domain.failures import Reason
from knative_lambda.ports.build_view import BuildView

Steps = tuple[Step, ...]

_FOLDER: Final = "from its folder, or with its URL in place of the dot"


def of_failure(view: BuildView, reason: Reason, detail: str) -> Diagnosis:
    """Of the build of *view*, which failed by *reason*, of which *detail* says more."""
    why, steps = _REASONS[reason]
    said, *_ = detail.splitlines() or [""]
    more = said.removeprefix(why).removeprefix(": ").strip()
    # What keeps a cluster from running a build is not told to tenants, but to whoever may see it.
    return Diagnosis(why, steps(view), more or obstacle(view))


def again(view: BuildView, when: str = "submit it again") -> Step:
    """The tenant asks once more."""
    return tenant(f"{when}, {_FOLDER}", typed.submit(view))


def _mended(what: str) -> Callable[[BuildView], Steps]:
    return lambda view: (again(view, f"{what}, and submit it again"),)


def _tried_here(what: str) -> Callable[[BuildView], Steps]:
    text = f"{what}, and see in its folder that it builds"
    return lambda view: (tenant(text, typed.DEV), again(view))


def _too_large(view: BuildView) -> Steps:
    return (
        tenant(
            "see what is large in its folder, and leave out what it does not need", typed.LARGEST
        ),
        again(view),
    )


def _unauthorized(view: BuildView) -> Steps:
    return (
        tenant(
            "name a credential that may read it, with --credentials; a folder needs none",
            typed.submit(view),
        ),
    )


def _template(view: BuildView) -> Steps:
    return (
        operator(
            "mend the template in KLB_TEMPLATES_DIR, and see what it makes of a build.start",
            typed.RENDER,
        ),
        again(view, "then submit it again"),
    )


def _memory(view: BuildView) -> Steps:
    less = again(view, "require less, or what is smaller to build, and submit it again")
    more = operator("or let builds have more memory, in KLB_BUILD_LIMITS", typed.SETTINGS)
    return (less, more) if view.places.builds else (less,)


def _time(view: BuildView) -> Steps:
    return (
        tenant(
            f"give it more time, up to an hour, {_FOLDER}", typed.submit(view, "--timeout", "3600")
        ),
    )


def _evicted(view: BuildView) -> Steps:
    return (
        again(view),
        operator("if it ends alike, see what its node is short of", typed.see_node(view)),
    )


def _pull(view: BuildView) -> Steps:
    return (
        operator("see which image, and what its registry says", typed.see_job(view)),
        operator("see that what the settings name is there", typed.DOCTOR),
        again(view, "then submit it again"),
    )


def _node(view: BuildView) -> Steps:
    return (
        operator("see what the cluster says of its pod", typed.see_job(view)),
        operator("see what room the nodes have", typed.see_node(view)),
        again(view, "then submit it again"),
    )


def _registry(view: BuildView) -> Steps:
    return (
        operator("see what the registry says, and what mends it", typed.DOCTOR),
        again(view, "then submit it again"),
    )


def _refused(view: BuildView) -> Steps:
    return (
        operator(
            "have whoever built it push to the repository of this function, which is told here",
            typed.build_command(view, "status"),
        ),
        again(view, "or have the service build it: submit it again"),
    )


def _lost(view: BuildView) -> Steps:
    return (
        again(view),
        operator("if it ends alike, see what became of its pod", typed.see_job(view)),
    )


def _internal(view: BuildView) -> Steps:
    return (
        operator("see what the cluster says of its pod", typed.see_job(view)),
        operator("see what the service wrote of it", typed.service_log(view)),
        operator("see that all is there that the settings name", typed.DOCTOR),
        again(view, "then submit it again"),
    )


_REASONS: Final[Mapping[Reason, tuple[str, Callable[[BuildView], Steps]]]] = {
    Reason.SOURCE_NOT_FOUND: (
        "its source is not there, or not the ref or the path that was asked for",
        _mended("check the source, its --ref and its --path"),
    ),
    Reason.SOURCE_UNAUTHORIZED: ("its source may not be read by the service", _unauthorized),
    Reason.SOURCE_TOO_LARGE: ("its source is larger than the service takes", _too_large),
    Reason.SOURCE_REJECTED: (
        "its source is not what the service takes",
        _mended("mend what is said there"),
    ),
    Reason.DOCKERFILE_ERROR: ("the Dockerfile that the service made cannot be read", _template),
    Reason.DEPENDENCY_INSTALL: (
        "what the function requires could not be installed",
        _tried_here("mend package.json, requirements.txt or go.mod"),
    ),
    Reason.BUILD_EXIT: ("a step of the build failed", _tried_here("mend what its log says")),
    Reason.OUT_OF_MEMORY: ("the build needed more memory than builds may have", _memory),
    Reason.TIMEOUT: ("the build took longer than it may", _time),
    Reason.EVICTED: ("the build had to leave the machine that it ran on", _evicted),
    Reason.IMAGE_PULL: ("an image that the build needs cannot be pulled", _pull),
    Reason.UNSCHEDULABLE: ("the build waited too long for a machine to run on", _node),
    Reason.PUSH_DENIED: ("the registry does not let builds push its image", _registry),
    Reason.IMAGE_REFUSED: ("the image that was built is not one of this function's", _refused),
    Reason.REGISTRY_UNAVAILABLE: ("the registry could not be reached, or failed", _registry),
    Reason.LOST: ("the build is gone, and nothing says how it ended", _lost),
    Reason.INTERNAL: ("the build could not be run; its source is not at fault", _internal),
}
