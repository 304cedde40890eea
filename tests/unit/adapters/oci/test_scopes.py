"""Rights are named as token servers name them, each once."""

import pytest

from knative_lambda.adapters.oci.scopes import to_mount, to_pull, to_push, united, writes

PULL, PUSH = to_pull("a/b"), to_push("a/b")


def test_rights_are_of_repositories() -> None:
    assert PULL == ("repository:a/b:pull",)
    assert PUSH == ("repository:a/b:pull,push",)
    assert to_mount("a/b", "c") == ("repository:a/b:pull,push", "repository:c:pull")


def test_only_some_change_what_is_there() -> None:
    assert not writes(PULL)
    assert not writes(to_pull("push"))
    assert writes(PUSH)
    assert writes(to_mount("a", "b"))


@pytest.mark.parametrize(
    ("words", "together"),
    [
        ([*PULL, *PULL], PULL),
        ([*PULL, *PUSH], PUSH),
        (["repository:a/b:push,pull", *PULL], ("repository:a/b:push,pull",)),
        ([*PULL, "repository:c:pull"], (*PULL, "repository:c:pull")),
        (["repository:h:5000/a:pull", *PULL], ("repository:h:5000/a:pull", *PULL)),
        (["x", "y", "x"], ("x", "y")),
        ([], ()),
    ],
)
def test_each_is_asked_for_once(words: list[str], together: tuple[str, ...]) -> None:
    assert united(words) == together
