"""Every environment variable of ours, in one table, read once into one frozen value."""

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

import attrs

_DURATION: Final = re.compile(r"(\d+(?:\.\d+)?)(s|m|h)")
_SECONDS: Final = {"s": 1, "m": 60, "h": 3600}


class SettingsError(Exception):
    """Variables that are missing or malformed: all of them, a line each."""


def _text(value: str) -> str:
    return value


def _whole(value: str) -> int:
    if not value.isdecimal() or int(value) < 1:
        raise ValueError("must be a whole number of at least 1")
    return int(value)


def _seconds(value: str) -> float:
    match = _DURATION.fullmatch(value)
    if match is None:
        raise ValueError("must be a number and s, m or h, such as 90s or 1h")
    return float(match[1]) * _SECONDS[match[2]]


def _one_of(*choices: str) -> Callable[[str], str]:
    def read(value: str) -> str:
        if value not in choices:
            message = f"must be one of: {', '.join(choices)}"
            raise ValueError(message)
        return value

    return read


def _path(value: str) -> Path:
    return Path(value).expanduser()


def env(name: str, default: str, read: Callable[[str], Any], words: str, **more: Any) -> Any:
    """A field that is read from the variable *name* by *read*; *words* explain it."""
    return attrs.field(
        default=attrs.Factory(lambda: read(default)),
        metadata={"name": name, "default": default, "read": read, "words": words},
        **more,
    )


@attrs.frozen(kw_only=True)
class Settings:
    """The fields are the table; their words stand in `--help` and in the README."""

    event_source: str = env(
        "KLB_EVENT_SOURCE", "memory", _one_of("memory"), "where events come from"
    )
    event_publisher: str = env(
        "KLB_EVENT_PUBLISHER", "memory", _one_of("memory"), "where events go"
    )
    context_store: str = env(
        "KLB_CONTEXT_STORE", "directory", _one_of("directory", "memory"), "where contexts are kept"
    )
    job_runner: str = env("KLB_JOB_RUNNER", "local", _one_of("local", "memory"), "what builds")
    service_deployer: str = env(
        "KLB_SERVICE_DEPLOYER",
        "local",
        _one_of("local", "memory"),
        "what serves, and keeps records",
    )
    source_fetcher: str = env(
        "KLB_SOURCE_FETCHER", "directory", _one_of("directory", "memory"), "where sources come from"
    )
    image_registry: str = env(
        "KLB_IMAGE_REGISTRY", "local", _one_of("local", "memory"), "where images are"
    )
    state_dir: Path = env(  # noqa: RUF009 - env gives a field
        "KLB_STATE_DIR",
        "~/.local/state/knative-lambda",
        _path,
        "where directory and local keep contexts, images and records",
    )
    default_source: str = env(
        "KLB_DEFAULT_SOURCE",
        "",
        _text,
        "source of a build that names none, with {third_party_id} and {parser_id}; empty: required",
    )
    registry: str = env("KLB_REGISTRY", "localhost:5000", _text, "registry that is pushed to")
    pull_registry: str = env(
        "KLB_PULL_REGISTRY", "", _text, "the same registry as the nodes reach it; empty: the same"
    )
    repository_prefix: str = env(
        "KLB_REPOSITORY_PREFIX", "lambda/", _text, "of each function's repository"
    )
    prefetch: int = env("KLB_PREFETCH", "32", _whole, "deliveries in hand at once")
    max_contexts: int = env("KLB_MAX_CONTEXTS", "4", _whole, "contexts made at once in a replica")
    max_active_builds: int = env("KLB_MAX_ACTIVE_BUILDS", "50", _whole, "builds at once in all")
    max_active_builds_per_tenant: int = env(
        "KLB_MAX_ACTIVE_BUILDS_PER_TENANT", "10", _whole, "builds at once of one tenant"
    )
    completion_key: str = env(
        "KLB_COMPLETION_KEY", "", _text, "key that completions are signed with; empty: unsigned",
        repr=False,
    )  # fmt: skip
    retry_for: float = env(
        "KLB_RETRY_FOR", "1h", _seconds, "how long an event is tried again before it is given up"
    )
    log_level: str = env(
        "KLB_LOG_LEVEL", "info", _one_of("debug", "info", "warning", "error"), "least level logged"
    )

    @property
    def pulled_from(self) -> str:
        """The registry as the nodes reach it."""
        return self.pull_registry or self.registry

    @property
    def signing(self) -> str:
        """Whether completions are signed: `on` or `off`."""
        return "on" if self.completion_key else "off"

    def __attrs_post_init__(self) -> None:
        pairs = (("job_runner", "image_registry"), ("job_runner", "service_deployer"))
        for one, other in pairs:
            if getattr(self, one) != getattr(self, other):
                names = f"{_name(one)} and {_name(other)}"
                message = (
                    f"{names}: must both be local or both memory: what one makes the other uses"
                )
                raise SettingsError(message)
        if self.job_runner == "local" and self.context_store != "directory":
            message = f"{_name('context_store')}: must be directory for {_name('job_runner')}=local"
            raise SettingsError(message)


def _name(field: str) -> str:
    return str(attrs.fields_dict(Settings)[field].metadata["name"])


def from_env(variables: Mapping[str, str]) -> Settings:
    """Read *variables*.

    Raises:
        SettingsError: Naming every variable that is malformed or unknown, and what would be right.
    """
    values: dict[str, Any] = {}
    wrong: list[str] = []
    fields = {field.metadata["name"]: field for field in attrs.fields(Settings)}
    strange = sorted(name for name in set(variables) - set(fields) if name.startswith("KLB_"))
    wrong += [f"{name}: is no variable of ours; --help lists them" for name in strange]
    for name, field in fields.items():
        try:
            if name in variables:
                values[field.name] = field.metadata["read"](variables[name])
        except ValueError as error:
            shown = repr(variables[name]) if field.repr else "(hidden)"
            wrong.append(f"{name}: {shown}: {error}")
    if wrong:
        raise SettingsError("\n".join(wrong))
    return Settings(**values)


def table() -> list[tuple[str, str, str]]:
    """Name, default and words of every variable."""
    rows = [field.metadata for field in attrs.fields(Settings)]
    return [(row["name"], row["default"], row["words"]) for row in rows]
