"""What each template is rendered with: names, and what they stand for."""

from collections.abc import Mapping
from typing import Final

Values = Mapping[str, str]

_DOCKERFILE: Final[Values] = {
    "base_image": "what the function runs on",
    "build_image": "what its dependencies are installed and its code is compiled on",
    "build_args": "a list: the names of the build's arguments",
    "install": "whether there are dependencies to install",
    "manifests": "a list: the files that are all an installation needs, if it needs no more",
    "locked": "whether a lock file of npm says what to install (Node.js)",
    "build_script": "whether `npm run build` makes what is run (Node.js)",
    "hashed": "whether each requirement must bear a hash (Python)",
    "package": "whether `pyproject.toml` makes the source a package (Python)",
    "compiled": "whether there is so much code that it is compiled in the image (Python)",
}

_JOB: Final[Values] = {
    "annotations": "an object",
    "deadline": "seconds until Kubernetes ends the Job by itself",
    "kept_for": "seconds until an ended Job goes by itself",
    "grace": "seconds that the sidecar has to tell how its build ended",
    "service_account": "of the pod",
    "node_selector": "an object: labels of the nodes that build",
    "tolerations": "a list, as a pod has them",
    "sidecar_image": "of the sidecar, and of the container that fetches the context",
    "sidecar_env": "a list: the sidecar's variables",
    "fetch_env": "a list: those of the container that fetches the context",
    "kaniko_image": "of Kaniko",
    "kaniko_env": "a list: Kaniko's variables",
    "image": "what is pushed, as `registry/repository:tag`",
    "flags": "a list: Kaniko's flags that differ from build to build",
    "requests": "an object: what Kaniko is sure to get",
    "limits": "an object: what it gets at most",
    "push_secret": "the Secret to push with; empty for none",
    "authorities": "the ConfigMap of certificates to trust; empty for none",
}

_SERVICE: Final[Values] = {
    "name": "of the Service and of its ServiceAccount",
    "image": "what is served, by its digest",
    "labels": "an object: those of its pods",
    "pull_secret": "the Secret to pull with; empty for none",
    "env": "a list: the function's variables",
    "env_from": "a list: its Secrets, whose keys are variables too",
    "min_scale": "replicas at least",
    "max_scale": "replicas at most; `0` for no bound",
    "target": "requests in each that Knative aims at",
    "concurrency": "requests in each at most; 0 for no bound",
    "timeout_seconds": "the longest that one request may take",
    "hung_after": "probes that fail before a replica is ended",
    "requests": "an object: what a replica is sure to get",
    "limits": "an object: what it gets at most",
}
_TRIGGER: Final[Values] = {
    "broker": "whose events it selects from",
    "attributes": "an object: what an event must have",
    "service": "the name of the function's Service",
    "dead_letter_sink": "the URL that an event goes to which the function did not take",
    "parallelism": "how many events may be under way at once",
    "retries": "how often an event is tried again, so that it is not held for too long",
}

# Whatever else lies in the folder of templates is taken as it is.
VALUES: Final[Mapping[str, Values]] = {
    "kaniko-job.yaml.j2": _JOB,
    "service.yaml.j2": _SERVICE,
    "serviceaccount.yaml.j2": {"name": "of the ServiceAccount, and of the Service"},
    "trigger.yaml.j2": _TRIGGER,
    "runtimes/go/Dockerfile.j2": _DOCKERFILE,
    "runtimes/nodejs/Dockerfile.j2": _DOCKERFILE,
    "runtimes/python/Dockerfile.j2": _DOCKERFILE,
    "runtimes/func.yaml.j2": {
        "name": "of the function's Service",
        "runtime": "as func calls it: `node`, `python` or `go`",
        "build_envs": "a list: the build's arguments, each with `name` and, for func, `value`",
    },
    "runtimes/function.json.j2": {
        "third_party_id": "the tenant",
        "parser_id": "the tenant's function",
        "handler": "what is called, such as `index.handler`",
        "source": "the CloudEvents `source` of the tenant's events",
    },
    "runtimes/nodejs/package.json.j2": {
        "name": "of the function's Service",
        "node": "the version of Node.js, such as `22.x`",
    },
}
