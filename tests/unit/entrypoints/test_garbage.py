"""When a program looks for garbage: not while it begins, and rarely later."""

import subprocess
import sys


def _told(program: str) -> str:
    words = [sys.executable, "-c", program]
    return subprocess.run(words, check=True, capture_output=True, text=True).stdout


def test_no_look_while_the_program_is_imported() -> None:
    began = (
        "from knative_lambda.entrypoints import cli, garbage; import sys;"
        "looked = []; import gc; gc.callbacks.append(lambda *_: looked.append(1));"
        "garbage.collect = lambda: print(len(looked), gc.isenabled());"
        "sys.argv = ['knative-lambda', 'consume', '--help']; cli.main()"
    )
    assert _told(began).splitlines()[0] == "0 False"


def test_a_command_looks_rarely_and_not_among_what_was_there() -> None:
    began = (
        "from knative_lambda.entrypoints import cli; import atexit, gc, sys;"
        "told = lambda: print(gc.isenabled(), gc.get_threshold()[0], gc.get_freeze_count() > 9999);"
        "atexit.register(told); sys.argv = ['knative-lambda', 'consume', '--help']; cli.main()"
    )
    assert _told(began).endswith("\nTrue 20000 True\n")


def test_whoever_imports_the_commands_collects_as_before() -> None:
    program = (
        "import gc; before = gc.get_threshold();"
        "from knative_lambda.entrypoints import command_line, consume, process;"
        "print(gc.isenabled(), gc.get_threshold() == before)"
    )
    assert _told(program) == "True True\n"
