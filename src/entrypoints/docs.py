"""`python -m knative_lambda.entrypoints.docs`: rewrites the generated parts of documents."""

import argparse
import sys
from pathlib import Path
from typing import Final

from knative_lambda.adapters import documents
from knative_lambda.entrypoints.generated import generated

ROOT: Final = Path(__file__).resolve().parents[2]


def stale(root: Path) -> dict[Path, str]:
    """The documents under *root* that should read otherwise, and how.

    Raises:
        ValueError: A document lacks its markers.
    """
    found: dict[Path, str] = {}
    for name, text in generated().items():
        document = root / name
        before = document.read_text("utf-8")
        try:
            after = documents.with_generated(before, text)
        except ValueError as error:
            raise ValueError(f"{name}: {error}") from error
        if after != before:
            found[document] = after
    return found


def main(arguments: list[str] | None = None, root: Path = ROOT) -> int:
    """0 when all is well or has been rewritten, 1 when `--check` found something stale."""
    parser = argparse.ArgumentParser(description="Rewrites the generated parts of documents.")
    parser.add_argument("--check", action="store_true", help="only say which are stale")
    options = parser.parse_args(arguments)
    found = stale(root)
    for document, text in found.items():
        word = "is stale: make docs" if options.check else "rewritten"
        sys.stdout.write(f"{document.relative_to(root)}: {word}\n")
        if not options.check:
            document.write_text(text, "utf-8")
    return 1 if options.check and found else 0


if __name__ == "__main__":
    sys.exit(main())
