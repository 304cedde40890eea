"""The function's figures, in the Prometheus text format."""

from bisect import bisect_left
from itertools import accumulate

SUCCESS, ERROR, TIMEOUT, INVALID = "success", "error", "timeout", "invalid"

_BOUNDS = (0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300)


class Metrics:
    __slots__ = ("_buckets", "_outcomes", "_seconds", "in_flight")

    def __init__(self) -> None:
        self.in_flight = 0
        self._outcomes = dict.fromkeys((SUCCESS, ERROR, TIMEOUT, INVALID), 0)
        self._buckets = [0] * (len(_BOUNDS) + 1)
        self._seconds = 0.0

    def count_invalid(self) -> None:
        self._outcomes[INVALID] += 1

    def count_call(self, outcome: str, seconds: float) -> None:
        self._outcomes[outcome] += 1
        self._buckets[bisect_left(_BOUNDS, seconds)] += 1
        self._seconds += seconds

    def page(self) -> bytes:
        lines = [
            "# HELP function_invocations_total Events received, by how they ended.",
            "# TYPE function_invocations_total counter",
        ]
        lines += [
            f'function_invocations_total{{outcome="{outcome}"}} {count}'
            for outcome, count in self._outcomes.items()
        ]
        lines += [
            "# HELP function_duration_seconds Time from the call of the handler to its answer.",
            "# TYPE function_duration_seconds histogram",
        ]
        lines += [
            f'function_duration_seconds_bucket{{le="{bound}"}} {count}'
            for bound, count in zip((*_BOUNDS, "+Inf"), accumulate(self._buckets), strict=True)
        ]
        lines += [
            f"function_duration_seconds_sum {self._seconds}",
            f"function_duration_seconds_count {sum(self._buckets)}",
            "# HELP function_in_flight Handler calls not yet answered.",
            "# TYPE function_in_flight gauge",
            f"function_in_flight {self.in_flight}",
        ]
        return "\n".join([*lines, ""]).encode()
