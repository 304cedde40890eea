"""What a tenant reads of what a cluster says: why, and nothing of those who serve."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knative_lambda.adapters.knative.readable import LONGEST, readable

UNCHANGED = [
    "validation failed: expected 0 <= 2000 <= 1000: spec.template.spec.containerConcurrency",
    "expected 1 <= 0: metadata.annotations[autoscaling.knative.dev/min-scale]",
    'Container failed with: File "/app/function/index.py", line 3, in index.js:12:5',
    "0/3 nodes are available: 3 Insufficient memory.",
    "at 12:30:45 it ended with exit code 1",
    "",
]
CHANGED = {
    'Get "https://registry.corp.test:5000/v2/": dial tcp 10.0.0.1:5000: connection refused': (
        'Get "(an address)": dial tcp (an address): connection refused'
    ),
    'Unable to fetch image "registry.corp.test:5000/lambda/x@sha256:0ab1": no': (
        'Unable to fetch image "(an address)": no'
    ),
    "lookup registry.corp.test on 10.0.0.10:53: no such host": (
        "lookup (an address) on (an address): no such host"
    ),
    "dial tcp [fd00::1]:443: refused": "dial tcp (an address): refused",
    "dial tcp fd00:1:2::5: refused": "dial tcp (an address): refused",
    "10.0.0.1.": "(an address).",
    "x.knative-serving.svc.cluster.local:8080 is down": "(an address) is down",
    "image localhost:5000/a/b:1 is gone": "image (an address) is gone",
    "mounting /var/lib/kubelet/pods/1: no": "mounting (a path): no",
    "line one\nline two\x1b[31m": "line one line two [31m",
    'admission webhook "validation.webhook.serving.knative.dev" denied the request: no': "no",
}


@pytest.mark.parametrize("said", UNCHANGED)
def test_why_is_told(said: str) -> None:
    assert readable(said) == said


@pytest.mark.parametrize(("said", "read"), CHANGED.items())
def test_addresses_are_not_told(said: str, read: str) -> None:
    assert readable(said) == read


@given(said=st.text() | st.from_regex(r"([a-z0-9]{1,3}[./:@-]){0,200}"))
def test_it_is_one_line_that_is_not_too_long(said: str) -> None:
    read = readable(said * 20)
    assert len(read) <= LONGEST
    assert len(read.splitlines()) <= 1
    read.encode()
