"""What is wrong with a template, as far as that shows before any value is known."""

from collections.abc import Iterator
from typing import Final

import jinja2
from jinja2 import meta, nodes

from knative_lambda.adapters.templates.dockerfiles import GRAMMARS
from knative_lambda.adapters.templates.placement import misplaced
from knative_lambda.adapters.templates.values import VALUES, Values

_GRAMMARS: Final = ", ".join(GRAMMARS)


def faults(environment: jinja2.Environment, name: str, text: str) -> Iterator[str]:
    """Each fault of the template *name*, with its line.

    Args:
        environment: What it will be rendered by.
        name: Its path, by which `VALUES` has what it gets.
        text: What it says.
    """
    try:
        tree = environment.parse(text, name)
        # This looks up the filters too that it names.
        unknown = meta.find_undeclared_variables(tree) - VALUES[name].keys()
    except jinja2.TemplateSyntaxError as error:
        yield f"{name}, line {error.lineno}: {error.message}"
        return
    known = ", ".join(VALUES[name])
    for variable in tree.find_all(nodes.Name):
        if variable.name in unknown:
            place = f"{name}, line {variable.lineno}"
            yield f"{place}: there is no value '{variable.name}'; there are: {known}"
    is_dockerfile = environment.filters.keys() >= GRAMMARS.keys()
    kind = _unchecked(tree, VALUES[name]) if is_dockerfile else misplaced(tree)
    yield from (f"{name}, line {line}: {fault}" for line, fault in kind)


def _unchecked(tree: nodes.Template, values: Values) -> Iterator[tuple[int, str]]:
    for output in tree.find_all(nodes.Output):
        for part in output.nodes:
            if isinstance(part, nodes.Name) and part.name in values:
                rule = f"must name its grammar, one of: {_GRAMMARS}"
                yield part.lineno, f"{{{{ {part.name} }}}} {rule}"
