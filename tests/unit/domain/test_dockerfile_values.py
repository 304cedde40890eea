"""What instructions say: quotes, pairs, ports, commands and copies."""

import pytest

from knative_lambda.domain import dockerfile_values as values
from knative_lambda.domain.dockerfile import Instruction
from knative_lambda.domain.dockerfile_values import CopyWords
from knative_lambda.domain.recipe import NoRecipeError


@pytest.mark.parametrize(
    ("rest", "pairs"),
    [
        ("A=1", [("A", "1")]),
        ("A=1 B=2", [("A", "1"), ("B", "2")]),
        ('A="one two" "b.c"=\'3 "4"\'', [("A", "one two"), ("b.c", '3 "4"')]),
        (r"A=one\ two B=\"x\"", [("A", "one two"), ("B", '"x"')]),
        ("A= B=a=b", [("A", ""), ("B", "a=b")]),
        ("A one  two=2", [("A", "one  two=2")]),
    ],
)
def test_pairs(rest: str, pairs: list[tuple[str, str]]) -> None:
    assert values.pairs(Instruction("ENV", rest)) == pairs


@pytest.mark.parametrize(
    "rest", ["A", "A=1 B", "=1", "A=1 =2", 'A "one two"', "A=$B", 'A="1', "''"]
)
def test_what_is_no_pair_is_refused(rest: str) -> None:
    with pytest.raises(NoRecipeError):
        values.pairs(Instruction("LABEL", rest))


def test_a_single_word_may_be_quoted() -> None:
    assert values.word(Instruction("WORKDIR", '"/my app"')) == "/my app"


@pytest.mark.parametrize("rest", ["a b", "''", "$A", "'a"])
def test_other_than_a_single_word_is_refused(rest: str) -> None:
    with pytest.raises(NoRecipeError):
        values.word(Instruction("USER", rest))


def test_ports_are_of_tcp_unless_they_say_so() -> None:
    assert list(values.ports(Instruction("EXPOSE", "8080 053/UDP 1/sctp"))) == [
        "8080/tcp",
        "53/udp",
        "1/sctp",
    ]


@pytest.mark.parametrize("rest", ["80-90", "80:80", "http", "65536", "80/icmp", "٣", "$PORT"])
def test_what_is_no_port_is_refused(rest: str) -> None:
    with pytest.raises(NoRecipeError):
        list(values.ports(Instruction("EXPOSE", rest)))


@pytest.mark.parametrize(
    ("rest", "command"),
    [
        ('["node", "a b.js", "$A", "\\u00e9\\n"]', ("node", "a b.js", "$A", "é\n")),
        ("[]", ()),
        ("node  'a b.js' $A", ("/bin/sh", "-c", "node  'a b.js' $A")),
    ],
)
def test_commands_are_what_the_system_is_given(rest: str, command: tuple[str, ...]) -> None:
    assert values.command(Instruction("CMD", rest)) == command


@pytest.mark.parametrize(
    "rest",
    ["[node]", "['node']", '["a", 1]', '["\\u0000"]', '["\\ud800"]', '["a"] b', "[" * 100_000],
)
def test_what_begins_as_a_list_must_be_one(rest: str) -> None:
    with pytest.raises(NoRecipeError, match="something else than a JSON list of texts"):
        values.command(Instruction("ENTRYPOINT", rest))


@pytest.mark.parametrize(
    ("rest", "copy"),
    [
        ("a b/", CopyWords((), ("a",), "b/")),
        ("a b  c", CopyWords((), ("a", "b"), "c")),
        ('["a b", "c"]', CopyWords((), ("a b",), "c")),
        ("--from=x --link a b", CopyWords((("from", "x"), ("link", None)), ("a",), "b")),
        ('--from=x ["a", "b"]', CopyWords((("from", "x"),), ("a",), "b")),
    ],
)
def test_copies(rest: str, copy: CopyWords) -> None:
    assert values.copied(Instruction("COPY", rest)) == copy


@pytest.mark.parametrize(
    "rest",
    [
        "a",
        '["a"]',
        '["a", ""]',
        '["a", 1]',
        "--from=x a",
        "--a_b=x a b",
        "a $b",
        "a\\ b c",
        '"a b" c',
        '["a\\u0007", "b"]',
        "*.js b",
        "a? b",
        "[a] b c",
        "a[b] c",
    ],
)
def test_copies_that_are_not_plain_are_refused(rest: str) -> None:
    with pytest.raises(NoRecipeError):
        values.copied(Instruction("COPY", rest))
