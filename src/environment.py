"""From environment variables to one frozen value: the one place where faults are gathered."""

from collections.abc import Mapping
from typing import Any, TypeVar

import attrs

from knative_lambda.domain.errors import WrongCallError

Value = TypeVar("Value", bound=attrs.AttrsInstance)


class SettingsError(WrongCallError):
    """Variables that are missing or malformed: all of them, a line each."""


def read(kind: type[Value], variables: Mapping[str, str]) -> Value:
    """The value of that *kind*, whose fields are made by `variables.env`, from *variables*.

    Raises:
        SettingsError: Naming every variable that is missing, malformed or unknown, and what would
            be right; by the kind itself, for values that do not go together.
    """
    values: dict[str, Any] = {}
    wrong: list[str] = []
    fields = {field.metadata["name"]: field for field in attrs.fields(kind)}
    strange = sorted(name for name in set(variables) - set(fields) if name.startswith("KLB_"))
    wrong += [f"{name}: is no variable of ours; --help lists them" for name in strange]
    for name, field in fields.items():
        try:
            if name in variables:
                values[field.name] = field.metadata["read"](variables[name])
            elif field.default is attrs.NOTHING:
                wrong.append(f"{name}: missing: {field.metadata['words']}")
        except ValueError as error:
            shown = repr(variables[name]) if field.repr else "(hidden)"
            wrong.append(f"{name}: {shown}: {error}")
    made = None
    required = {field.name for field in fields.values() if field.default is attrs.NOTHING}
    if values.keys() >= required:
        try:
            made = kind(**values)
        except SettingsError as error:
            # What a value goes with cannot be told before that itself can be read.
            said = {line.partition(":")[0] for line in wrong}
            misfits = str(error).splitlines()
            wrong += [line for line in misfits if not any(name in line for name in said)]
    if wrong or made is None:
        raise SettingsError("\n".join(wrong))
    return made
