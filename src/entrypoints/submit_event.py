"""From the command line of `submit` to the event that it sends."""

import argparse
import time
import uuid
from typing import Final

from knative_lambda.adapters.local.project import Project
from knative_lambda.adapters.written_event import written
from knative_lambda.application.submission import Submission, checked
from knative_lambda.domain.cloudevent import PREFIX
from knative_lambda.domain.errors import PermanentError
from knative_lambda.domain.fields import InvalidRequestError
from knative_lambda.entrypoints.submit_source import SubmitError

SOURCE: Final = "knative-lambda/submit"
_AS_GIVEN: Final = (
    *("third_party_id", "source_ref", "source_path", "source_credentials", "handler"),
    *("build_timeout", "build_strategy", "force", "correlation_id"),
)


def submission(options: argparse.Namespace, url: str, one: Project | None) -> Submission:
    """Ask for the source at *url*; *one* lies in it, if it is a folder of this machine.

    Raises:
        SubmitError: The service would turn it away.
    """
    parser_id = options.parser_id or (one.function.parser_id if one is not None else None)
    if parser_id is None:
        raise SubmitError("--parser: missing: a URL does not tell what the function is called")
    data = {name: getattr(options, name) for name in _AS_GIVEN}
    data |= {"parser_id": parser_id, "source_url": url, "build_type": "lambda"}
    data |= {"runtime": one.runtime if one is not None else options.runtime}
    data |= {"build_args": dict(options.build_args), "function": {"env": dict(options.env)}}
    attributes = {"source": SOURCE, "subject": parser_id, "type": f"{PREFIX}build.start"}
    attributes |= {"specversion": "1.0", "id": options.id or str(uuid.uuid4())}
    given = {name: value for name, value in data.items() if value is not None}
    try:
        return checked(written(attributes, time.time_ns(), given))
    except InvalidRequestError as error:
        raise SubmitError("\n".join(map(str, error.problems))) from error
    except PermanentError as error:
        raise SubmitError(error.detail) from error
