"""A packed context, shown to people and to programs."""

from collections.abc import Mapping

from knative_lambda.adapters.packing.listing import Listing
from knative_lambda.adapters.terminal.printable import as_json
from knative_lambda.domain.printable import printable


def as_text(facts: Mapping[str, str | None], context: Listing) -> str:
    """The facts, the files and the Dockerfile, for reading."""
    known = {name: value for name, value in facts.items() if value is not None}
    width = max(map(len, known))
    lines = [f"{name:<{width}}  {printable(value)}" for name, value in known.items()]
    size = sum(file.size for file in context.files)
    lines += ["", f"{len(context.files)} files, {size} bytes"]
    lines += [f"  {f.mode:04o} {f.size:>10}  {printable(f.path)}" for f in context.files]
    lines += ["", "Dockerfile", *(f"  {line}" for line in context.dockerfile.splitlines())]
    return "\n".join(line.rstrip() for line in lines) + "\n"


def as_document(facts: Mapping[str, str | None], context: Listing) -> str:
    """The same as one JSON document."""
    files = [
        {"path": file.path, "mode": f"{file.mode:04o}", "size": file.size} for file in context.files
    ]
    known = {name.replace(" ", "_"): value for name, value in facts.items()}
    return as_json({**known, "files": files, "dockerfile": context.dockerfile}) + "\n"
