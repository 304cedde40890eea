"""What is asked for on the command line is what the event asks for."""

import uuid
from pathlib import Path

import pytest
from support.submitting import options

from knative_lambda.adapters.local.project import Project
from knative_lambda.application.submission import Submission
from knative_lambda.domain.ids import FunctionId, request_id
from knative_lambda.domain.strategy import Strategy
from knative_lambda.entrypoints.submit_event import submission
from knative_lambda.entrypoints.submit_source import SubmitError
from knative_lambda.ports import wire

URL = "https://code.test/acme/hello.git"


def asked(*words: str) -> Submission:
    """A submission of the source at `URL`."""
    given = options(URL, *words)
    return submission(given, given.source, None)


def test_little_is_enough() -> None:
    one = asked("--parser", "hello")
    assert one.function == FunctionId("acme", "hello")
    request = one.start.request
    assert (request.source_url, request.runtime) == (URL, "nodejs22")
    assert (request.handler, request.build_timeout) == ("index.handler", 1800)
    assert not request.force
    assert request.build_strategy is None
    event = one.event
    assert (event.source, event.subject) == ("knative-lambda/submit", "hello")
    assert uuid.UUID(event.id).version == 4


def test_every_option_arrives() -> None:
    words = (
        *("--parser", "hello", "--runtime", "python312", "--ref", "v1", "--path", "functions/a"),
        *("--credentials", "acme-git", "--handler", "app.main", "--timeout", "60", "--force"),
        *("--build-strategy", "append"),
        *("--build-arg", "A=1", "--build-arg", "B=", "--env", "C=x=y", "--env", "D=größer"),
        *("--correlation-id", "release-12", "--id", "order-4711"),
    )
    request = asked(*words).start.request
    assert (request.runtime, request.source_ref) == ("python312", "v1")
    assert (request.source_path, request.source_credentials) == ("functions/a", "acme-git")
    assert (request.handler, request.build_timeout, request.force) == ("app.main", 60, True)
    assert request.build_strategy is Strategy.APPEND
    assert request.build_args == (("A", "1"), ("B", ""))
    assert request.config.env == (("C", "x=y"), ("D", "größer"))
    assert request.correlation_id == "release-12"


def test_the_same_id_asks_for_the_same_build() -> None:
    one, two = asked("--parser", "hello", "--id", "one"), asked("--parser", "hello", "--id", "one")
    assert one.build_id == two.build_id == request_id("knative-lambda/submit", "one")
    assert asked("--parser", "hello").build_id != asked("--parser", "hello").build_id


def test_an_empty_id_counts_as_none() -> None:
    assert asked("--parser", "hello", "--id", "").event.named


def test_a_folder_tells_what_the_options_do_not() -> None:
    one = Project(Path("/src/hello"), "python311")
    found = submission(options("/src/hello"), f"upload:{'0' * 64}", one)
    assert found.function == FunctionId("acme", "hello")
    assert found.start.request.runtime == "python311"
    assert found.start.request.source_url == f"upload:{'0' * 64}"
    other = submission(options("/src/hello", "--parser", "other"), f"upload:{'0' * 64}", one)
    assert other.function == FunctionId("acme", "other")


def test_the_message_is_what_was_checked() -> None:
    one = asked("--parser", "hello")
    assert wire.decode(one.message) == one.event


def test_a_url_does_not_name_the_function() -> None:
    with pytest.raises(SubmitError, match="--parser: missing: a URL does not tell"):
        asked()


def test_all_that_is_wrong_is_told_a_line_each() -> None:
    with pytest.raises(SubmitError) as caught:
        asked("--parser", "a b", "--runtime", "nodejs2", "--timeout", "0", "--env", "PORT=1")
    lines = str(caught.value).splitlines()
    assert [line.split(":")[0] for line in lines] == ["parser_id", "runtime", "build_timeout"]
    assert "'nodejs2': must be one of: nodejs22, " in lines[1]


@pytest.mark.parametrize("url", ["http://code.test/x", "https://user:s3cret@code.test/x", "a:b c"])
def test_a_url_that_is_none_is_told_and_not_repeated(url: str) -> None:
    with pytest.raises(SubmitError, match=r"source_url: \(hidden\): must") as caught:
        submission(options(url, "--parser", "hello"), url, None)
    assert url not in str(caught.value)


def test_an_id_that_is_none_is_told() -> None:
    with pytest.raises(SubmitError, match="must not hold control characters"):
        asked("--parser", "hello", "--id", "a\nb")
