"""A request is checked before it is sent, as it will be once it has arrived."""

import pytest
from support.submitting import NOON, request

from knative_lambda.adapters.written_event import written
from knative_lambda.application.submission import checked
from knative_lambda.domain.cloudevent import PREFIX
from knative_lambda.domain.errors import PermanentError
from knative_lambda.domain.fields import InvalidRequestError
from knative_lambda.domain.ids import FunctionId, request_id
from knative_lambda.ports.event_source import Message

NAMED = {"specversion": "1.0", "id": "one", "source": "test"}


def test_it_tells_its_function_and_its_build() -> None:
    asked = request("one")
    assert asked.function == FunctionId("acme", "hello")
    assert asked.build_id == request_id("test", "one")
    assert asked.start.request.source_url == "https://code.test/x"


def test_all_that_is_wrong_is_told_at_once() -> None:
    data = {"third_party_id": "acme", "runtime": "cobol", "build_timeout": 1}
    with pytest.raises(InvalidRequestError) as caught:
        checked(written({**NAMED, "type": f"{PREFIX}build.start"}, NOON, data))
    wrong = {problem.field for problem in caught.value.problems}
    assert wrong == {"parser_id", "runtime", "source_url", "build_timeout"}


def test_what_is_no_event_is_refused() -> None:
    with pytest.raises(PermanentError, match="must be JSON"):
        checked(Message(b"no event"))


def test_another_request_is_no_submission() -> None:
    data = {"third_party_id": "acme", "parser_id": "hello"}
    with pytest.raises(ValueError, match="DeleteService is no request for a build"):
        checked(written({**NAMED, "type": f"{PREFIX}service.delete"}, NOON, data))
