"""A command line that is wrong is told before anything is done."""

import pytest
from support.submitting import options


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ((), "required: SOURCE"),
        (("folder", "--env", "NAME"), "NAME: must be NAME=VALUE"),
        (("folder", "--build-arg", ""), "must be NAME=VALUE"),
        (("folder", "--timeout", "1h"), "1h: must be a whole number of seconds"),
        (("folder", "--output", "xml"), "invalid choice: 'xml'"),
    ],
)
def test_a_wrong_option_is_told(
    words: tuple[str, ...], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as caught:
        options(*words)
    assert caught.value.code == 2
    assert message in capsys.readouterr().err


def test_two_commands_share_no_pairs() -> None:
    assert options("folder", "--env", "A=1").env == [("A", "1")]
    assert options("folder").env == []
