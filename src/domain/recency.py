"""Which functions somebody has had to do with last."""

from knative_lambda.domain.record import Record


def last_asked(record: Record) -> int:
    """When somebody last asked for something, UTC nanoseconds since 1970; 0 for never."""
    asked = [build.key.at for build in record.builds.values()]
    asked += [operation.key.at for operation in record.operations.values()]
    return max(asked, default=record.desired.key.at if record.desired is not None else 0)
