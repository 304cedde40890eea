"""What a kubelet makes of the text of a variable or an argument."""


def as_the_kubelet_expands(value: str, variables: dict[str, str]) -> str:
    """What the container sees: `$(NAME)` is another variable, `$$` a dollar."""
    seen, rest = "", value
    while "$" in rest:
        before, _, rest = rest.partition("$")
        seen += before
        if rest.startswith("("):
            name, closed, after = rest[1:].partition(")")
            seen, rest = (seen + variables[name], after) if closed else (f"{seen}$(", rest[1:])
        else:
            seen, rest = f"{seen}$", rest.removeprefix("$")
    return seen + rest
