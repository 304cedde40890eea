"""Files by which clients find a Kubernetes API and show who they are."""

import json
from collections.abc import Mapping
from pathlib import Path


def kubeconfig(folder: Path, server: str, user: Mapping[str, object] | None = None) -> Path:
    """A kubeconfig in *folder* whose current context is *user*, or nobody, at *server*."""
    context = {"cluster": "here", "user": "me"}
    config = {
        "apiVersion": "v1",
        "kind": "Config",
        "current-context": "current",
        "contexts": [
            {"name": "other", "context": {"cluster": "elsewhere", "user": "me"}},
            {"name": "current", "context": context},
        ],
        "clusters": [
            {"name": "elsewhere", "cluster": {"server": "http://127.0.0.1:1"}},
            {"name": "here", "cluster": {"server": server}},
        ],
        "users": [{"name": "me", "user": dict(user or {})}],
    }
    path = folder / "kubeconfig"
    path.write_text(json.dumps(config), "utf-8")  # JSON is YAML
    return path
