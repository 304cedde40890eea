"""From the command line of `cancel`, `delete` or `rollback` to the event that it sends."""

import argparse
import time
import uuid

from knative_lambda.adapters.written_event import written
from knative_lambda.application.order import Order, ordered
from knative_lambda.domain.cloudevent import PREFIX
from knative_lambda.domain.errors import PermanentError
from knative_lambda.domain.fields import InvalidRequestError
from knative_lambda.domain.ids import FunctionId
from knative_lambda.entrypoints.named_function import TargetError


def order(
    kind: str, function: FunctionId, data: dict[str, str], options: argparse.Namespace
) -> Order:
    """Ask for *kind*, such as `service.delete`.

    Raises:
        TargetError: The service would turn it away.
    """
    given = {
        "third_party_id": function.third_party_id,
        "parser_id": function.parser_id,
        **data,
        **({"correlation_id": options.correlation_id} if options.correlation_id else {}),
    }
    attributes = {
        "specversion": "1.0",
        "id": options.id or str(uuid.uuid4()),
        "source": f"knative-lambda/{kind.rpartition('.')[2]}",
        "type": PREFIX + kind,
        "subject": function.parser_id,
    }
    try:
        return ordered(written(attributes, time.time_ns(), given))
    except InvalidRequestError as error:
        raise TargetError("\n".join(map(str, error.problems))) from error
    except PermanentError as error:
        raise TargetError(error.detail) from error
