"""Whether a build that succeeded is served, why it may not be, and what to do."""

from typing import Final

from knative_lambda.adapters.terminal import typed
from knative_lambda.adapters.terminal.build_facts import is_served, short
from knative_lambda.adapters.terminal.diagnosis import Diagnosis, operator, tenant
from knative_lambda.domain.record import Build, DesiredKind, Record, Served
from knative_lambda.domain.strategy import Strategy
from knative_lambda.ports.build_view import BuildView
from knative_lambda.ports.function_view import FunctionView

_BUILT: Final = "it was built"
_APPENDED: Final = "its image was put together"
_CACHED: Final = "its content had been built already"


def of_complete(view: BuildView, known: FunctionView, build: Build) -> Diagnosis:
    """Of *build*, which the record of *known* has as complete."""
    built = _APPENDED if build.strategy is Strategy.APPEND else _BUILT
    if build.outcome is not None and build.outcome.cached:
        built = _CACHED
    if is_served(known.record, build):
        return _of_served(view, known, built)
    if build.served is Served.NOT_YET:
        return Diagnosis(
            f"{built}, and is about to be served",
            (
                tenant("see how it stands", typed.status(view)),
                operator("if it stays so, have it served at once", typed.SWEEP),
            ),
        )
    return _of_replaced(view, known.record, built)


def _of_served(view: BuildView, known: FunctionView, built: str) -> Diagnosis:
    serving = known.serving
    see = tenant("see how the function stands", typed.status(view))
    if serving is None or serving.ready is None:
        said = serving.message if serving is not None else ""
        return Diagnosis(
            f"{built}, and is served; whether it is ready cannot be seen", (see,), said
        )
    if not serving.ready:
        return Diagnosis(
            f"{built}, but the function does not become ready",
            (
                tenant("see what it writes when it starts", typed.function_log(view)),
                tenant("mend that, and see in its folder that it starts", typed.DEV),
                tenant("submit it again", typed.submit(view)),
                operator("or see what the cluster says of its Service", typed.see_service(view)),
            ),
            serving.message,
        )
    cut_off = next((each for each in known.triggers or () if not each.ready), None)
    if cut_off is not None:
        look = operator("see what it waits for", typed.see_trigger(view, cut_off.name))
        why = f"{built}, and is ready, but a Trigger lets no events through"
        return Diagnosis(why, (look,), cut_off.message)
    where = f" at {serving.url}" if serving.url is not None else ""
    return Diagnosis(f"{built}, and is served{where}: nothing is to be done", (see,))


def _of_replaced(view: BuildView, record: Record, built: str) -> Diagnosis:
    desired = record.desired
    if desired is not None and desired.kind is DesiredKind.DELETED:
        why = f"{built}, but the function was deleted"
        return Diagnosis(why, (tenant("if it is wanted again", typed.rollback(view)),))
    served = f"build {short(desired.build)}" if desired is not None else "nothing"
    why = f"{built}, but {served} is served in its place: nothing is to be done"
    return Diagnosis(why, (tenant("if this one is wanted", typed.rollback(view)),))
