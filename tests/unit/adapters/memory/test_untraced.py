"""Without traces, all is as it is with them."""

import pytest
from contracts.tracing import TracingContract

from knative_lambda.adapters.memory.untraced import Untraced
from knative_lambda.ports.tracing import Tracing


class TestUntraced(TracingContract):
    """Keeps the laws, since it does nothing."""

    @pytest.fixture
    def tracing(self) -> Tracing:
        return Untraced()
