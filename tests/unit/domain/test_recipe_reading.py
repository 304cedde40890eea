"""What a Dockerfile makes of its context, and why a build must make it."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knative_lambda.domain.recipe import Copy, NoRecipeError, Recipe, Stage, Step
from knative_lambda.domain.recipe_reading import recipe

FILES = (
    "function/index.js",
    "function/lib/a.js",
    "function/package.json",
    "runtime/index.js",
    "runtime/function.json",
)
BUILD = "FROM tools:1 AS build\nCOPY function/package.json ./\nRUN npm ci\n"


def read(*lines: str) -> Recipe:
    return recipe("\n".join(lines), FILES)


def reason(*lines: str) -> str:
    with pytest.raises(NoRecipeError) as refused:
        read(*lines)
    return str(refused.value)


def copies(*lines: str) -> list[Copy]:
    return [step.copy for step in read("FROM a", *lines).steps if step.copy is not None]


def test_all_that_an_image_may_say_is_read() -> None:
    assert read(
        "FROM base:1",
        'LABEL a="b c" d=e',
        "ENV PORT=80 A=1",
        "ENV PORT=8080",
        "WORKDIR /app",
        "COPY runtime runtime/",
        "USER 65532:65532",
        "EXPOSE 8080 8080/tcp",
        'ENTRYPOINT ["node"]',
        'CMD ["runtime/index.js"]',
    ) == Recipe(
        base="base:1",
        environment=(("PORT", "8080"), ("A", "1")),
        labels=(("a", "b c"), ("d", "e")),
        folder="/app",
        user="65532:65532",
        ports=("8080/tcp",),
        entrypoint=("node",),
        command=("runtime/index.js",),
        steps=(
            Step('LABEL a="b c" d=e'),
            Step("ENV PORT=80 A=1"),
            Step("ENV PORT=8080"),
            Step("WORKDIR /app", folder="/app"),
            Step("COPY runtime runtime/", copy=Copy(("runtime",), "/app/runtime/")),
            Step("USER 65532:65532"),
            Step("EXPOSE 8080 8080/tcp"),
            Step('ENTRYPOINT ["node"]'),
            Step('CMD ["runtime/index.js"]'),
        ),
    )


def test_what_an_image_does_not_say_is_its_bases() -> None:
    assert read("FROM base:1") == Recipe(base="base:1")


def test_a_command_is_the_bases_until_there_is_an_entrypoint() -> None:
    assert read("FROM a", "CMD a").entrypoint is None
    assert read("FROM a", 'ENTRYPOINT ["a"]').command == ()
    assert read("FROM a", 'CMD ["a"]', 'ENTRYPOINT ["b"]').command == ("a",)


def test_an_image_may_stand_on_a_stage_which_is_then_its_beginning() -> None:
    found = read(
        "FROM base:1 AS common",
        "ENV A=1",
        'CMD ["a"]',
        "FROM tools:1 AS other",
        "RUN make",
        "FROM common",
        "ENV A=2",
        'ENTRYPOINT ["b"]',
    )
    assert (found.base, found.environment) == ("base:1", (("A", "2"),))
    assert (found.entrypoint, found.command) == (("b",), ())  # as a base's command it is gone
    assert [step.words for step in found.steps] == [
        "ENV A=1",
        'CMD ["a"]',
        "ENV A=2",
        'ENTRYPOINT ["b"]',
    ]


@pytest.mark.parametrize("name", ["build", "BUILD", "0"])
def test_what_comes_from_a_stage_has_its_name(name: str) -> None:
    found = read(BUILD, "FROM a", f"COPY --from={name} /app/out/ app/../in /out/")
    assert found.stages == (
        Stage(
            "build",
            "FROM tools:1 AS build\nCOPY function/package.json ./\nRUN npm ci",
            ("function/package.json",),
        ),
    )
    assert found.steps[0].copy == Copy(("/app/out", "/in"), "/out/", "build")


def test_a_stage_without_a_name_is_called_by_its_number() -> None:
    found = read("FROM a", "FROM b", "RUN make", "FROM c", "COPY --from=1 /x /y")
    assert [stage.name for stage in found.stages] == ["1"]


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (["RUN make"], "its Dockerfile runs a command in the image itself: RUN make"),
        *(
            ([line], f"its Dockerfile has an instruction that only a build can follow: {line}")
            for line in (
                "ADD function /app",
                "ARG A",
                "VOLUME /data",
                "HEALTHCHECK NONE",
                "ONBUILD USER 1",
                'SHELL ["/bin/sh"]',
                "STOPSIGNAL 9",
                "MAINTAINER me",
                "ANYTHING else",
            )
        ),
        (["ENV A=$B"], "has a variable that only a build knows: ENV A=$B"),
        (["COPY --chown=1:1 function /app/"], "has an option that only a build can follow"),
        (["COPY --from=0 --link x /app/"], "has an option that only a build can follow"),
        (["COPY --from=0 --from=0 x /app/"], "has an option that only a build can follow"),
        (["COPY function/*.js /app/"], "copies files by a pattern"),
        (["COPY missing /app/"], "copies what the context has not"),
        (["COPY function/lib/a /app/"], "copies what the context has not"),
        (["COPY ../function /app/"], "copies from outside of the context"),
        (["COPY --from=nginx:1 /etc/nginx /etc/nginx"], "copies from what is no stage of it"),
        (["COPY --from=1 /x /x"], "copies from what is no stage of it"),
        (["COPY --from /x /x"], "copies from what is no stage of it"),
        (["COPY --from=build /x /x", "COPY --from=build /y /y"], "from its stages more than once"),
        (["WORKDIR app"], "has a relative path before any absolute WORKDIR"),
        (["COPY function app/"], "has a relative path before any absolute WORKDIR"),
        (["USER 1", "WORKDIR /app"], "makes a folder that belongs to another user than root"),
        (["COPY function runtime /app"], "copies several files without a / behind their folder"),
        (["COPY function/index.js /etc"], "copies a file without a / behind its folder"),
        (["WORKDIR /", "COPY function/index.js etc"], "copies a file without a / behind"),
    ],
)
def test_what_only_a_build_can_make_is_said(lines: list[str], said: str) -> None:
    assert said in reason(BUILD, "FROM a", *lines)


def test_an_image_on_none_is_refused() -> None:
    assert "stands on no image: FROM scratch" in reason("FROM scratch", "COPY function /app")


def test_an_instruction_of_a_stage_that_is_stood_on_is_the_images_own() -> None:
    assert "runs a command in the image itself" in reason("FROM a AS b", "RUN make", "FROM b")


@pytest.mark.parametrize("user", ["0", "root", "0:0"])
def test_root_may_make_a_folder(user: str) -> None:
    assert read("FROM a", f"USER {user}", "WORKDIR /app").folder == "/app"


def test_another_user_may_work_in_a_folder_that_is_there() -> None:
    found = read("FROM a", "COPY function /app/function", "USER 1", "WORKDIR /app", "WORKDIR /")
    assert found.folder == "/"


@pytest.mark.parametrize(
    ("line", "sources", "target"),
    [
        ("COPY function/index.js dir/", ("function/index.js",), "/app/dir/"),
        ("COPY function/index.js main.js", ("function/index.js",), "/app/main.js"),
        ("COPY function/index.js .", ("function/index.js",), "/app/"),
        ("COPY function/index.js ./", ("function/index.js",), "/app/"),
        ("COPY function/index.js dir/.", ("function/index.js",), "/app/dir/"),
        ("COPY function/index.js /app", ("function/index.js",), "/app/"),
        ("COPY function/index.js ..", ("function/index.js",), "/"),
        ("COPY function/index.js /", ("function/index.js",), "/"),
        ("COPY function/index.js //opt/../srv//", ("function/index.js",), "/srv/"),
        ("COPY function dir", ("function",), "/app/dir"),
        ("COPY ./function/ /opt/dir", ("function",), "/opt/dir"),
        ("COPY /function /opt/dir/", ("function",), "/opt/dir/"),
        ("COPY . .", (".",), "/app/"),
        ("COPY / all", (".",), "/app/all"),
        ("COPY function runtime/index.js x/", ("function", "runtime/index.js"), "/app/x/"),
    ],
)
def test_targets_mean_what_they_mean_to_docker(
    line: str, sources: tuple[str, ...], target: str
) -> None:
    assert copies("WORKDIR /app", line) == [Copy(sources, target)]


def test_a_working_directory_may_be_relative_to_the_one_before() -> None:
    assert copies("WORKDIR /app", "WORKDIR sub/../x", "COPY function .") == [
        Copy(("function",), "/app/x/")
    ]


@pytest.mark.parametrize("target", ["function", "function/lib", "/opt/x", "/opt"])
def test_a_file_goes_into_a_folder_that_an_earlier_copy_has_made(target: str) -> None:
    *_, last = copies(
        "WORKDIR /app",
        "COPY function function",
        "COPY function/index.js /opt/x/",
        f"COPY runtime/index.js {target}",
    )
    assert last.target.endswith("/")


def test_a_file_beside_files_of_ours_is_a_file() -> None:
    *_, last = copies(
        "WORKDIR /app", "COPY function function", "COPY runtime/index.js function/more.js"
    )
    assert last.target == "/app/function/more.js"


words = st.sampled_from(
    [
        *("FROM", "COPY", "RUN", "ENV", "LABEL", "CMD", "WORKDIR", "USER", "EXPOSE", "ARG", "AS"),
        *("a", "function", "runtime/index.js", "/app", "./", "x/", "..", "--from=a", "--from=0"),
        *("8080", "A=1", '"', "'", "\\", "$A", "[", '["a", "b"]', "<<EOF", "#", "# syntax=x"),
        *("\n", "\n", "\n", "\\\n", "\r\n", "\t", "*", "\0", "\ud800", "=", "0", "a AS b"),
    ]
)
texts = st.one_of(
    st.text(max_size=200),
    st.lists(words, max_size=30).map(" ".join),
    st.lists(words, max_size=30).map(lambda found: f"FROM a\n{' '.join(found)}"),
)


@given(text=texts)
def test_whatever_it_is_given_it_reads_or_says_why(text: str) -> None:
    found = outcome(text)
    if isinstance(found, str):
        assert re.match(r"its Dockerfile \S", found)
        assert found.isprintable()
        return
    repr(found).encode()
    for step in found.steps:
        if step.copy is not None:
            assert step.copy.target.startswith("/")
            assert "/../" not in f"{step.copy.target}/"


def outcome(text: str) -> Recipe | str:
    """The recipe, or why there is none."""
    try:
        return recipe(text, FILES)
    except NoRecipeError as error:
        return str(error)
