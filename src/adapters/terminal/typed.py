"""Commands that a person can type, with the names of one build filled in."""

from typing import Final

from knative_lambda.adapters.terminal.build_facts import short
from knative_lambda.adapters.terminal.table import named
from knative_lambda.domain import names
from knative_lambda.ports.build_view import BuildView

_OURS: Final = "knative-lambda"
DOCTOR: Final = f"{_OURS} doctor"
DEV: Final = f"{_OURS} dev . --once"
SWEEP: Final = f"{_OURS} reconcile"
RENDER: Final = f"{_OURS} render event.json"
LETTERS: Final = f"{_OURS} dlq list"
LIST: Final = f"{_OURS} list"
LARGEST: Final = "du -a . | sort -n | tail -n 20"
SETTINGS: Final = "kubectl edit configmap knative-lambda --namespace knative-lambda-system"


def submit(view: BuildView, *options: str) -> str:
    """Ask for the function anew, from the folder that one is in."""
    function = view.function
    ids = (
        ["--third-party", function.third_party_id, "--parser", function.parser_id]
        if function is not None
        else []
    )
    return " ".join([_OURS, "submit", ".", *ids, *options, "--wait"])


def build_command(view: BuildView, *words: str) -> str:
    """A command of ours about the build."""
    return " ".join([_OURS, *words, short(view.build_id)])


def status(view: BuildView) -> str:
    """See how its function stands."""
    return f"{_OURS} status {named(view.function)}"


def rollback(view: BuildView) -> str:
    """Have it served again."""
    return f"{_OURS} rollback {named(view.function)} --to {view.build_id}"


def see_job(view: BuildView) -> str:
    """See what the cluster says of its pod, or of its Job, or what has happened to it."""
    if not view.places.builds:
        return DOCTOR
    where = f"--namespace {view.places.builds}"
    job = view.job
    if job is not None and job.pods:
        return f"kubectl describe pod {job.pods[-1].name} {where}"
    name = names.job(view.function, view.build_id) if view.function is not None else ""
    if job is not None:
        return f"kubectl describe job {name} {where}"
    return f"kubectl get events {where} --field-selector involvedObject.name={name}"


def see_node(view: BuildView) -> str:
    """See how the node fares that its pod was on, or all of them."""
    if not view.places.builds:
        return DOCTOR
    pods = view.job.pods if view.job is not None else ()
    node = pods[-1].node if pods else ""
    return f"kubectl describe node {node}" if node else "kubectl describe nodes"


def service_log(view: BuildView) -> str:
    """See what the service itself wrote of the build."""
    if not view.places.builds:
        return DOCTOR
    whose = "--selector app.kubernetes.io/part-of=knative-lambda --all-containers --tail -1"
    where = "--namespace knative-lambda-system"
    return f"kubectl logs {where} {whose} | grep {short(view.build_id)}"


def see_service(view: BuildView) -> str:
    """See what the cluster says of the function's Service."""
    name = names.service(view.function) if view.function is not None else ""
    if not view.places.functions:
        return status(view)
    return f"kubectl describe ksvc {name} --namespace {view.places.functions}"


def function_log(view: BuildView) -> str:
    """See what the function writes where it is served, or how it starts here."""
    name = names.service(view.function) if view.function is not None else ""
    if not view.places.functions:
        return DEV
    chosen = f"--selector serving.knative.dev/service={name} --container user-container"
    return f"kubectl logs --namespace {view.places.functions} {chosen} --tail 50"


def see_trigger(view: BuildView, trigger: str) -> str:
    """See what the cluster says of that Trigger."""
    if not view.places.functions:
        return status(view)
    where = f"--namespace {view.places.functions}"
    return f"kubectl describe triggers.eventing.knative.dev {trigger} {where}"
