"""Markdown and Mermaid from the program's own tables: the parts of documents that follow them."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from knative_lambda.adapters.prometheus.table import Metric
from knative_lambda.adapters.schema_definitions import Schema
from knative_lambda.adapters.schema_fields import Definitions, fields, resolved
from knative_lambda.adapters.schemas import EventType
from knative_lambda.adapters.templates.values import Values
from knative_lambda.domain import guards
from knative_lambda.domain.causes.sign import Sign
from knative_lambda.domain.events import Event
from knative_lambda.domain.machine import Rule
from knative_lambda.domain.record import Phase
from knative_lambda.domain.runtimes import Runtime

Cell = tuple[Rule, ...]
Table = Mapping[Phase, Mapping[type[Event], Cell]]

BEGIN: Final = "<!-- generated -->"
END: Final = "<!-- /generated -->"


def with_generated(document: str, generated: str) -> str:
    """*document* with *generated* between its markers.

    Raises:
        ValueError: It does not have each marker once, in order.
    """
    head, begin, rest = document.partition(BEGIN)
    _, end, tail = rest.partition(END)
    if not begin or not end or BEGIN in rest or END in head + tail:
        raise ValueError(f"must hold {BEGIN} and {END} once each, in this order")
    return f"{head}{BEGIN}\n\n{generated}\n\n{END}{tail}"


def settings_table(rows: Iterable[tuple[str, str, str]]) -> str:
    """A table of the variables; *rows* hold name, default and words."""
    return _table(
        ("variable", "default", "meaning"),
        ((_code(name), _code(default) if default else "", words) for name, default, words in rows),
    )


def metrics_tables(rows: Sequence[Metric[Any]]) -> str:
    """A table of the metrics, and one of their labels."""
    metrics = _table(
        ("metric", "kind", "labels", "meaning"),
        (
            (_code(row.name), row.kind_name, ", ".join(map(_code, row.labels)), row.words)
            for row in rows
        ),
    )
    alike: dict[tuple[str, tuple[str, ...]], list[str]] = {}
    for row in rows:
        for label in row.labels.items():
            alike.setdefault(label, []).append(_code(row.name))
    labels = _table(
        ("label", "of", "values"),
        (
            (_code(label), ", ".join(names), ", ".join(map(_code, values)) or "see below")
            for (label, values), names in alike.items()
        ),
    )
    return f"{metrics}\n\n{labels}"


def runtimes_table(rows: Iterable[Runtime]) -> str:
    """A table of the runtimes."""
    return _table(
        ("runtime", "also called", "runs on", "is built on", "supported until"),
        (
            (
                _code(row.name),
                ", ".join(_code(alias) for alias in row.aliases),
                _code(row.base_image),
                "the same" if row.build_image == row.base_image else _code(row.build_image),
                f"about {row.end_of_life}" if row.end_is_estimate else row.end_of_life,
            )
            for row in rows
        ),
    )


def causes_table(signs: Mapping[str, Iterable[Sign]]) -> str:
    """A table of the causes that are read from logs, each once, by who writes of them."""
    rows = {(tool, one.shows): one.reason for tool, told in signs.items() for one in told}
    return _table(
        ("written by", "what it shows", "reason"),
        ((tool, shows, _code(reason.value)) for (tool, shows), reason in rows.items()),
    )


def templates_table(templates: Mapping[str, Values]) -> str:
    """A table of the values that each template gets; those that get the same stand together."""
    alike: dict[tuple[tuple[str, str], ...], list[str]] = {}
    for name, values in templates.items():
        alike.setdefault(tuple(values.items()), []).append(_code(name))
    return _table(
        ("template", "value", "meaning"),
        (
            ("" if index else ", ".join(names), _code(value), words)
            for values, names in alike.items()
            for index, (value, words) in enumerate(values)
        ),
    )


def events(schemas: Mapping[EventType, Schema]) -> str:
    """The attributes of what is consumed and of what is published, then a section a schema."""
    alike: dict[str, list[EventType]] = {}
    definitions: dict[str, Schema] = {}
    for kind, schema in schemas.items():
        alike.setdefault(schema["$id"], []).append(kind)
        definitions |= schema["$defs"]
    sections = (_event(kinds, schemas[kinds[0]]) for kinds in alike.values())
    attributes = (
        f"### Attributes of what is {direction}\n\n{_attributes(definitions[name], definitions)}"
        for direction, name in (("consumed", "taken"), ("published", "sent_of_function"))
    )
    return "\n\n".join((*attributes, *sections))


def _event(kinds: Sequence[EventType], schema: Schema) -> str:
    kind, definitions = kinds[0], schema["$defs"]
    parts = [
        f"### {', '.join(kind.short for kind in kinds)}",
        f"**{kind.title}** ({kind.directions}).",
        schema["description"],
    ]
    if kind.consumed and kind.published:
        published = _data(definitions["published"], definitions)
        parts += ["As it is published:", published, "As it is consumed:"]
    return "\n\n".join((*parts, _data(schema, definitions)))


def _attributes(event: Schema, definitions: Definitions) -> str:
    node = resolved(event, definitions)
    inside = {name: rule for name, rule in node["properties"].items() if name != "data"}
    return _fields({**node, "properties": inside}, definitions)


def _data(event: Schema, definitions: Definitions) -> str:
    node = resolved(event, definitions)["properties"]["data"]
    return _fields(node, definitions) if "properties" in node else str(node["description"])


def _fields(node: Schema, definitions: Definitions) -> str:
    rows = [
        (
            _code(field.path),
            field.type,
            "yes" if field.required else "",
            _code(field.default) if field.default else "",
            field.meaning,
        )
        for field in fields(node, definitions)
    ]
    return _table(("field", "type", "required", "default", "meaning"), rows)


def state_machine(transitions: Table) -> str:
    """The diagram of *transitions*, then a section for each phase."""
    sections = (_section(phase, row) for phase, row in transitions.items())
    return "\n\n".join((state_diagram(transitions), *sections))


def state_diagram(transitions: Table) -> str:
    """An edge for each pair of phases, with a line for each event; none where nothing is done."""
    edges: dict[tuple[Phase, Phase], list[str]] = {}
    for phase, row in transitions.items():
        for event, cell in row.items():
            for rule, when in _rules(cell):
                if rule != Rule(phase, when=rule.when):
                    label = f"{event.__name__} [{when}]" if when else event.__name__
                    edges.setdefault((phase, rule.to), []).append(label)
    lines = [
        f"    {before.value} --> {after.value}: {'<br/>'.join(labels)}"
        for (before, after), labels in edges.items()
    ]
    return "\n".join(("```mermaid", "stateDiagram-v2", "    [*] --> unknown", *lines, "```"))


def _section(phase: Phase, row: Mapping[type[Event], Cell]) -> str:
    alike: dict[Cell, list[str]] = {}
    for event, cell in row.items():
        alike.setdefault(cell, []).append(_code(event.__name__))
    idle = alike.pop((), [])
    rows = (
        (", ".join(events), when, rule.to.value, ", ".join(_words(e) for e in rule.effects))
        for cell, events in alike.items()
        for rule, when in _rules(cell)
    )
    parts = [f"### {phase.value}", _table(("event", "when", "becomes", "then"), rows)]
    if idle:
        parts.append(f"Nothing follows from {', '.join(idle)}.")
    return "\n\n".join(parts)


def _rules(cell: Cell) -> Iterator[tuple[Rule, str]]:
    """Each rule of *cell* and its guard in words; none for the only rule, if it always holds."""
    for index, rule in enumerate(cell):
        otherwise = "otherwise" if index else ""
        yield rule, otherwise if rule.when is guards.always else _words(rule.when)


def _words(function: Callable[..., object]) -> str:
    return function.__name__.replace("_", " ")


def _code(text: str) -> str:
    return f"`{text}`"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    return "\n".join(_line(cells) for cells in (head, ["---"] * len(head), *rows))


def _line(cells: Sequence[str]) -> str:
    inner = " | ".join(cell.replace("|", "\\|") for cell in cells)
    return f"| {inner} |"
