"""What the client raises, and what becomes of it."""

import pytest

from knative_lambda.adapters.rabbitmq.errors import publishing
from knative_lambda.domain.errors import TransientError


def test_what_the_client_gives_up_without_a_word_may_be_sent_again() -> None:
    # So it ends what waits on a channel that is closed: aiormq's FutureStore.reject_all.
    told = "acknowledging: the connection was closed"
    with pytest.raises(TransientError, match=told), publishing("acknowledging"):
        raise Exception  # noqa: TRY002 - as the client does


def test_a_bug_stays_what_it_is() -> None:
    with pytest.raises(LookupError), publishing("acknowledging"):
        raise LookupError
