"""What is read from requirements: what is pinned, and nothing that is not so."""

import pytest
from support.locked import lock, of_python, purls

from knative_lambda.domain.component import Component

SHA = "ab" * 32


def test_what_was_compiled_is_what_the_image_gets() -> None:
    found = of_python(lock("requirements.txt"))

    assert [(each.purl, each.optional) for each in found] == [
        ("pkg:pypi/anyio@4.16.0", False),
        ("pkg:pypi/certifi@2026.10.19.post1", False),
        ("pkg:pypi/click@8.1.7", False),
        ("pkg:pypi/colorama@0.4.6", True),
        ("pkg:pypi/h11@0.16.0", False),
        ("pkg:pypi/httpcore@1.0.9", False),
        ("pkg:pypi/httpx@0.27.0", False),
        ("pkg:pypi/idna@3.20", False),
        ("pkg:pypi/ruamel-yaml-clib@0.2.15", True),
        ("pkg:pypi/ruamel-yaml@0.18.6", False),
        ("pkg:pypi/sniffio@1.3.1", False),
        ("pkg:pypi/socksio@1.0.0", False),
        ("pkg:pypi/typing-extensions@4.16.0", True),
    ]


@pytest.mark.parametrize(
    "line",
    [
        "A__b.C==1.0",
        "a-b-c == 1.0",
        "a.b.c===1.0  # why",
        "a_b_c[d, e]==1.0",
        "a-b-c [d] ==1.0 --no-binary a",
        "a-b-c==\\\n1.0",
        "a-b-c\t==\t1.0\r",
    ],
)
def test_a_name_is_told_as_the_index_knows_it(line: str) -> None:
    assert of_python(line) == (Component("a-b-c", "1.0", "pkg:pypi/a-b-c@1.0"),)


def test_a_marker_makes_it_optional_and_is_not_told() -> None:
    (component,) = of_python(f"a==1.0 ; python_version < '4' --hash=sha256:{SHA}")

    assert component == Component("a", "1.0", "pkg:pypi/a@1.0", (("SHA-256", SHA),), optional=True)


@pytest.mark.parametrize(
    ("options", "hashes"),
    [
        (f"--hash=sha256:{SHA}", (("SHA-256", SHA),)),
        (f"--hash sha256:{SHA.upper()}", (("SHA-256", SHA),)),
        (f"\\\n  --hash=sha384:{SHA[:32]}{SHA}", (("SHA-384", SHA[:32] + SHA),)),
        (f"--hash=sha512:{SHA}{SHA} --hash=sha256:{SHA}", (("SHA-256", SHA), ("SHA-512", SHA * 2))),
        (f"--hash=sha256:{SHA} --hash=sha256:{SHA[:-1]}0", ()),
        ("--hash=sha256:abc", ()),
        (f"--hash=sha256:{SHA}g", ()),
        (f"--hash=md5:{SHA}", ()),
        ("", ()),
    ],
)
def test_a_hash_is_told_where_one_file_alone_can_be_meant(
    options: str, hashes: tuple[tuple[str, str], ...]
) -> None:
    (component,) = of_python(f"a==1.0 {options}")

    assert component.hashes == hashes


@pytest.mark.parametrize(
    "line",
    [
        *("a", "a>=1.0", "a==1.*", "a==1.0,<2", "a~=1.0", "a==", "==1.0", "-a==1.0", "a-==1.0"),
        *("# a==1.0", "-r a==1.0", "--hash=sha256:00", "./a==1.0", "a @ https://code.test/a.whl"),
        *("a==1.0 b", "a[b==1.0", "ä==1.0", "a==${VERSION}", "a=1.0", "(a==1.0)"),
    ],
)
def test_what_is_not_pinned_is_left_out(line: str) -> None:
    assert purls(of_python(f"{line}\nkept==1.0")) == ["pkg:pypi/kept@1.0"]


@pytest.mark.parametrize("text", ["", b"a==1.0 # \xe9", "a==1.0" + " " * (2 << 20)])
def test_requirements_that_cannot_be_read_tell_nothing(text: str | bytes) -> None:
    assert of_python(text) == ()
