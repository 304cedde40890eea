"""What handling an event came to, in the words that its sender is answered with."""

from knative_lambda.application.engine import Advance
from knative_lambda.domain import names
from knative_lambda.domain.cloudevent import PREFIX
from knative_lambda.domain.effects import Publish, StartJob
from knative_lambda.ports.receiver import REPEAT, Report


def report(advance: Advance) -> Report:
    """What an event came to that brought this *advance*."""
    started = next((e.build for e in advance.effects if isinstance(e, StartJob)), None)
    told = next((e.announcement for e in advance.effects if isinstance(e, Publish)), None)
    build = advance.record.builds.get(advance.request)
    if not advance.changed:
        status, message = REPEAT, "this was known already: nothing has changed"
    elif started is not None:
        status, message = "job_created", "the build has begun; how it ends will be an event"
    elif told is not None:
        status = told.type.removeprefix(PREFIX).replace(".", "_")
        message = f"{told.type} was published"
    else:
        status, message = "noted", "the function's record has it now"
    return Report(
        status=status,
        message=message,
        build_id=build.id if build is not None else None,
        job_name=names.job(advance.record.function, started.id) if started is not None else None,
        correlation_id=build.correlation_id if build is not None else None,
    )
