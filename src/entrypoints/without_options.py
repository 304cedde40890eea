"""Programs that are told everything by variables: their help lists these, and nothing else is."""

import argparse
from collections.abc import Sequence

import attrs


def without_options(arguments: Sequence[str], words: str, kind: type[attrs.AttrsInstance]) -> None:
    """Answer `--help`, and refuse all else, by exiting; go on if there are no *arguments*.

    Args:
        arguments: Of the command line.
        words: What the program does.
        kind: Its settings, made of `variables.env`.
    """
    rows = [field.metadata for field in attrs.fields(kind)]
    widest = max(len(row["name"]) for row in rows)
    lines = [f"  {row['name']:{widest}}  {row['words']}{_default(row['default'])}" for row in rows]
    parser = argparse.ArgumentParser(
        description=words,
        epilog="\n".join(("environment variables:", *lines)),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.parse_args(arguments)


def _default(text: str) -> str:
    return f" ({text})" if text else ""
