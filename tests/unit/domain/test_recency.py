"""When somebody last had to do with a function."""

from support.domain import FUNCTION, build, deployed, key, operation, record

from knative_lambda.domain.recency import last_asked
from knative_lambda.domain.record import Phase, Record


def test_it_was_asked_for_last_when_its_newest_request_was_made() -> None:
    assert last_asked(Record(FUNCTION)) == 0
    assert last_asked(record(desired=deployed(4))) == key(4).at
    assert last_asked(record(build(2, Phase.OPEN), operation(3), build(1, Phase.OPEN))) == key(3).at
