"""Images of generated Dockerfiles: what they answer, as whom, and what is in them."""

import mmap
import stat
from pathlib import Path

from images.building import Builder
from images.functions import TRIED, USER
from images.serving import Function
from support.dockerfile import instructions, stages

ASKED = {"seconds": 300, "paths": TRIED}


def test_an_event_is_answered_with_the_help_of_a_dependency(function: Function) -> None:
    answer = function.call(ASKED, id="e-7")
    assert (answer.status, answer.json["spoken"]) == (200, "5 minutes")
    assert answer.headers["ce-type"] == "test.answer"
    assert answer.headers["ce-source"] == "network.notifi.acme"


def test_it_runs_as_its_own_user_and_can_change_nothing_of_itself(function: Function) -> None:
    answer = function.call(ASKED)
    assert set(answer.json["ids"]) == {USER}
    assert answer.json["refused"] == list(TRIED)


def test_all_its_files_belong_to_root_and_everybody_may_read_them(function: Function) -> None:
    app = function.rootfs / "app"
    for place in [app, *app.rglob("*")]:
        status = place.lstat()
        readable = stat.S_IROTH | (stat.S_IXOTH if place.is_dir() else 0)
        assert (status.st_uid, status.st_gid) == (0, 0), place
        if not place.is_symlink():
            assert status.st_mode & (readable | stat.S_IWGRP | stat.S_IWOTH) == readable, place


def test_its_environment_is_what_dockerfile_and_base_say(
    function: Function, builder: Builder
) -> None:
    dockerfile = (function.build.context / "Dockerfile").read_bytes()
    *_, last = stages(instructions(dockerfile))
    said = {line.words[0].partition("=")[0] for line in last if line.name == "ENV"}
    base = builder.storage.configuration(last[0].words[0])["Env"]
    wanted = said | {variable.partition("=")[0] for variable in base}
    found = builder.storage.configuration(function.build.image)["Env"]
    assert {variable.partition("=")[0] for variable in found} == wanted


def test_nothing_of_the_machine_is_in_any_layer(
    function: Function, builder: Builder, tmp_path: Path
) -> None:
    archive = tmp_path / "image.tar"
    builder.storage.run("push", "--quiet", function.build.image, f"docker-archive:{archive}")
    with archive.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as all_of:
        assert all_of.find(b"runtime/function.json") >= 0  # as layers lie there uncompressed
        assert all_of.find(builder.settings.mark.encode()) == -1
    archive.unlink()
