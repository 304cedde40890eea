"""`knative-lambda demo`: the whole story of a function, with real builds and real processes."""

import argparse
import shutil
import tempfile
from pathlib import Path

import attrs

from knative_lambda.adapters.local.project import ProjectError
from knative_lambda.adapters.terminal.narrator import Narrator
from knative_lambda.entrypoints.arguments import Commands
from knative_lambda.entrypoints.demo_acts import StoryError
from knative_lambda.entrypoints.demo_story import play
from knative_lambda.entrypoints.development import Development, NotServedError
from knative_lambda.entrypoints.local_system import local_system
from knative_lambda.settings import Settings


def add_to(commands: Commands) -> None:
    """Declare the command."""
    words = "play a function's whole story here, and leave nothing behind"
    parser = commands.add_parser("demo", help=words, description=words)
    words, usual = "of the examples; default: examples", Path("examples")
    parser.add_argument(
        "examples", nargs="?", type=Path, default=usual, metavar="FOLDER", help=words
    )
    parser.set_defaults(run=run)


async def run(options: argparse.Namespace, settings: Settings) -> int:
    """0 when the story ended as it should, else 1."""
    narrator = Narrator()
    if not options.examples.is_dir():
        raise ProjectError(f"{options.examples}: is no folder; name the one that holds examples")
    with tempfile.TemporaryDirectory(prefix="knative-lambda-demo-") as folder:
        home = Path(folder)
        shutil.copytree(options.examples, home / "examples")
        async with local_system(attrs.evolve(settings, state_dir=home / "state")) as system:
            try:
                async with narrator.waiting():
                    told = await play(Development(system, narrator), home / "examples")
            except (NotServedError, StoryError) as error:
                narrator.title(f"The story ends here: {error}")
                return 1
    narrator.title(told)
    return 0
