"""Calls of each command that work as they stand, for its help."""

from collections.abc import Mapping, Sequence
from typing import Final

EXAMPLES: Final[Mapping[str, Sequence[str]]] = {
    "dev": ("dev examples/hello-python", "dev examples/hello-node --watch --port 8123"),
    "demo": ("demo",),
    "render": ("render start.json", "render - --output json < start.json"),
    "submit": (
        "submit examples/hello-node --third-party acme --wait",
        "submit https://github.com/acme/orders --ref main --third-party acme --parser orders",
        "submit . --third-party acme --parser orders --env LEVEL=debug --wait --output json",
    ),
    "list": ("list", "list --third-party acme --output json"),
    "explain": (
        "explain cb34a0ae",
        "explain acme/orders",
        "explain --event order-17 --event-source shop",
    ),
    "status": ("status acme/orders", "status cb34a0ae"),
    "logs": ("logs acme/orders", "logs -f cb34a0ae"),
    "cancel": ("cancel acme/orders --wait", "cancel cb34a0ae"),
    "delete": ('delete acme/orders --reason "it is no longer needed" --wait',),
    "rollback": ("rollback acme/orders --wait", "rollback acme/orders --to cb34a0ae"),
    "dlq": ("dlq list --newer-than 1h", "dlq show 4895", "dlq replay --reason retries_exhausted"),
    "dlq list": ("dlq list --tenant acme", "dlq list --older-than 1h --output json"),
    "dlq show": ("dlq show 4895",),
    "dlq replay": ("dlq replay 4895", "dlq replay --reason retries_exhausted --newer-than 2h"),
    "dlq purge": ("dlq purge 4895", "dlq purge --older-than 168h --yes"),
    "consume": ("consume",),
    "serve": ("serve", "serve --console"),
    "reconcile": ("reconcile", "reconcile --every 60s"),
    "doctor": ("doctor", "doctor --output json"),
    "schema": ("schema", "schema build.start"),
    "completion": (
        "completion bash > ~/.local/share/bash-completion/completions/knative-lambda",
        "completion zsh > ~/.zfunc/_knative-lambda",
        "completion fish > ~/.config/fish/completions/knative-lambda.fish",
    ),
}
