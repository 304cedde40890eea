"""What a token is asked for: actions on repositories, as token servers call them.

Source: https://distribution.github.io/distribution/spec/auth/scope/
"""

from collections.abc import Iterable

Scope = tuple[str, ...]  # such as ("repository:lambda/hello:pull,push",)

PULL = "pull"
PUSH = "pull,push"


def to_pull(repository: str) -> Scope:
    """For reading *repository*."""
    return (f"repository:{repository}:{PULL}",)


def to_push(repository: str) -> Scope:
    """For reading and writing *repository*."""
    return (f"repository:{repository}:{PUSH}",)


def to_mount(repository: str, source: str) -> Scope:
    """For having in *repository* what *source* has."""
    return (*to_push(repository), *to_pull(source))


def writes(scope: Scope) -> bool:
    """Whether *scope* is for more than reading."""
    return any("push" in word.rpartition(":")[2] for word in scope)


def united(words: Iterable[str]) -> Scope:
    """All of *words* together, each thing named once, with all that is to be done to it."""
    asked: dict[str, dict[str, None]] = {}
    for word in words:
        thing, colon, actions = word.rpartition(":")
        if colon:
            asked.setdefault(thing + colon, {}).update(dict.fromkeys(actions.split(",")))
        else:
            asked[word] = {}
    return tuple(f"{thing}{','.join(actions)}" for thing, actions in asked.items())
