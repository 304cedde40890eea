"""Which paths a `.dockerignore` leaves out, by the examples of Docker's own page among others."""

import pytest

from knative_lambda.adapters.packing.ignored import ignored
from knative_lambda.domain.errors import SetupError

PATHS = ("a.md", "README.md", "dir/a.md", "dir/sub/b.go", "tempa", "dir/tempb", "x/temp1/y", ".env")


@pytest.mark.parametrize(
    ("patterns", "left_out"),
    [
        ("", []),
        ("# a.md\n\n  \n", []),
        ("a.md", ["a.md"]),
        ("/a.md", ["a.md"]),
        ("./dir/../a.md\r\n", ["a.md"]),
        ("*.md", ["a.md", "README.md"]),
        ("*/a*", ["dir/a.md"]),
        ("temp?", ["tempa"]),
        ("*/temp*", ["dir/tempb", "x/temp1/y"]),
        ("**/*.md", ["a.md", "README.md", "dir/a.md"]),
        ("**/b.go", ["dir/sub/b.go"]),
        ("dir/**", ["dir/a.md", "dir/sub/b.go", "dir/tempb"]),
        ("dir", ["dir/a.md", "dir/sub/b.go", "dir/tempb"]),
        ("dir/", ["dir/a.md", "dir/sub/b.go", "dir/tempb"]),
        ("*.md\n!README.md", ["a.md"]),
        ("*.md\n!README*.md\nREADME.md", ["a.md", "README.md"]),
        ("*\n! dir", ["a.md", "README.md", "tempa", "x/temp1/y", ".env"]),
        ("[a-b].md", ["a.md"]),
        ("[^b].md", ["a.md"]),
        ("\\a.md", ["a.md"]),
        ("a?md", ["a.md"]),
        ("axmd", []),
        ("e.v", []),
        (".env", [".env"]),
        ("a(.md", []),
    ],
)
def test_patterns_leave_out_what_they_do_with_docker(patterns: str, left_out: list[str]) -> None:
    is_ignored = ignored(patterns)
    assert [path for path in PATHS if is_ignored(path)] == left_out


@pytest.mark.parametrize("pattern", ["[a", "a\\"])
def test_what_is_no_pattern_is_the_operators_to_mend(pattern: str) -> None:
    with pytest.raises(SetupError, match=r"^template runtimes/dockerignore: .* is no pattern$"):
        ignored(pattern)
