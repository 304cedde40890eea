"""What of a record is new after it was written: each change is seen by its one writer alone."""

import attrs

from knative_lambda.domain.record import Build, Operation, Record


@attrs.frozen
class Changes:
    """What a write has changed.

    Attributes:
        accepted: How many builds have entered the record.
        settled: The builds whose consequences have now all been drawn.
        applied: The operations that took effect.
    """

    accepted: int
    settled: tuple[Build, ...]
    applied: tuple[Operation, ...]


def changes(before: Record, after: Record) -> Changes:
    """What is new in *after*, which was written over *before*."""
    known, operations = before.builds, before.operations
    return Changes(
        accepted=sum(name not in known for name in after.builds),
        settled=tuple(
            build
            for name, build in after.builds.items()
            if build.settled and not (name in known and known[name].settled)
        ),
        applied=tuple(
            operation
            for name, operation in after.operations.items()
            if operation.effective and name not in operations
        ),
    )
