"""What is the same for all build Jobs: where they run, of what, and with which rights."""

from collections.abc import Mapping

import attrs

from knative_lambda.adapters.templates.templates import Templates, ours


@attrs.frozen(kw_only=True)
class Reporting:
    """By which way the sidecar tells how its build ended.

    Attributes:
        publisher: `rabbitmq` or `http`.
        broker_secret: The Secret in the builds' namespace with the broker's URL.
        sink: Where http publishes to.
        completion_key: What completions are signed with; empty: they are not.
        collector: Where traces go, by OTLP over HTTP; empty: nowhere.
    """

    publisher: str
    exchange: str
    broker_secret: str
    sink: str = attrs.field(repr=False)
    completion_key: str = attrs.field(repr=False)
    log_level: str
    collector: str = ""


@attrs.frozen(kw_only=True)
class JobSettings:
    """What an operator says of them.

    Attributes:
        service_account: Of the pods; the sidecar's rights, and the role that pushes to ECR.
        requests: Of Kaniko, as Kubernetes has them: `{"cpu": "500m"}`.
        limits: The same.
        tolerations: As a pod has them.
        mirrors: Where images of Docker Hub are looked for first: a host, perhaps with a path.
        plain_http: The registries, by host and port, that are spoken to without encryption.
        registry: That is pushed to: its host, and its path if any.
        authorities: The ConfigMap of certificates to trust beside the system's; empty for none.
        push_secret: The Secret of Docker's configuration to push with; empty for none.
        templates: Ours, or an operator's, which a Job is rendered from.
    """

    namespace: str
    service_account: str
    kaniko_image: str
    sidecar_image: str
    requests: Mapping[str, str]
    limits: Mapping[str, str]
    node_selector: Mapping[str, str]
    tolerations: tuple[Mapping[str, str], ...]
    mirrors: tuple[str, ...]
    plain_http: tuple[str, ...]
    registry: str
    authorities: str
    push_secret: str
    reporting: Reporting
    templates: Templates = attrs.field(factory=ours, repr=False)
