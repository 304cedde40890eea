"""Build Jobs for tests: what an operator may say of them, and all that a request may."""

from typing import Final

from hypothesis import strategies as st
from support import strategies
from support.kubernetes.histories import History
from support.kubernetes.kubelet import Kubelet

from knative_lambda.adapters.kubernetes.job_settings import JobSettings, Reporting
from knative_lambda.domain import names
from knative_lambda.domain.ids import FunctionId
from knative_lambda.domain.images import Images
from knative_lambda.ports.job_runner import JobSpec

IMAGES: Final = Images("registry.test:5000/functions", "pull.test", "lambda/")
REPORTING: Final = Reporting(
    publisher="rabbitmq",
    exchange="cloud-events",
    broker_secret="build-broker",  # noqa: S106 - the name of one
    sink="",
    completion_key="",
    log_level="info",
)
SETTINGS: Final = JobSettings(
    namespace="knative-lambda-builds",
    service_account="build",
    kaniko_image="kaniko.test/kaniko:v1",
    sidecar_image="registry.test/sidecar:1",
    requests={"cpu": "500m", "memory": "1Gi", "ephemeral-storage": "4Gi"},
    limits={"memory": "4Gi"},
    node_selector={},
    tolerations=(),
    mirrors=(),
    plain_http=(),
    registry=IMAGES.registry,
    authorities="",
    push_secret="",
    reporting=REPORTING,
)
HOSTILE: Final = [
    *("\n", "\r\n", "\\\n", '"', "'", "`", "\\", "\t", "\x7f", "\x85", "\u2028", "\ufeff", "é"),
    *("{{", "}}", "{% raw %}", "{{ 7 * 7 }}", "$", "$$", "$(POD_NAME)", "$(LOG_URL)", "${HOME}"),
    *("\nRUN id", "\n  injected: true", "# ", ": ", "- ", "&a", "*a", "!!python/object:os.system"),
    *(
        "---\n",
        "<<EOF",
        "\U0001f40d",
        "null",
        "true",
        "0x10",
        "~",
        "../..",
        "=",
        ",",
        ";",
        " --x=y",
    ),
]
texts = st.lists(
    st.sampled_from(HOSTILE)
    | st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=8),
    max_size=8,
).map("".join)
visible = st.from_regex(r"[\x21-\x7e]{1,30}", fullmatch=True)
variables = st.from_regex(r"[A-Za-z_][A-Za-z0-9_]{0,20}", fullmatch=True)


def spec_of(function: FunctionId, build_id: str, **more: object) -> JobSpec:
    """The Job of that build, as a start asks for it; *more* in place of some of it."""
    spec = {
        "name": names.job(function, build_id),
        "function": function,
        "build_id": build_id,
        "runtime": "nodejs22",
        "image": IMAGES.image(function, "c" * 64),
        "context_url": "https://store.test/context?X-Amz-Signature=c0ffee",
        "tree_hash": "d" * 64,
        "log_url": "https://store.test/log?X-Amz-Signature=decaf",
        "source": "https://code.test/acme/hello.git",
        "revision": "e" * 40,
        "timeout": 1800,
        "correlation_id": "corr",
    }
    return JobSpec(**{**spec, **more})  # type: ignore[arg-type]  # its fields


async def played(kubelet: Kubelet, job: str, history: History) -> None:
    """Play *history* for that Job, to its end."""
    life = await kubelet.play(job, history)
    kubelet.clock.advance(1)
    await kubelet.step()  # its sidecar begins, and is ready by the next step
    await kubelet.finish(life)


specs = st.builds(
    spec_of,
    strategies.functions,
    strategies.request_ids,
    build_args=st.dictionaries(variables, texts, max_size=4).map(lambda args: tuple(args.items())),
    timeout=st.integers(60, 3600),
    correlation_id=st.none() | visible,
    source=st.none() | visible,
    revision=st.none() | st.just("e" * 40),
    context_url=visible,
    log_url=visible,
)
