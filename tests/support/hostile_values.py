"""Values that are more than what a request may hold in their place, a few of each class."""

from support import careless_rendering as careless
from support.hostile import OUT
from support.hostile_requests import (
    ARGUMENT,
    ARGUMENT_NAME,
    CORRELATION,
    CREDENTIAL,
    FILTER_NAME,
    HANDLER,
    PARSER,
    PATH,
    REF,
    RUNTIME,
    SSH_URL,
    TENANT,
    VARIABLE,
    VARIABLE_NAME,
    Refusal,
    Request,
    invalid,
)

from knative_lambda.domain.failures import Reason
from knative_lambda.domain.rejection import Rejection

_HARM = f"echo${{IFS}}harmed>{OUT}"  # for a shell, without a space
_UP = "cd${IFS}..;"

LINES = [
    Request("line break in a value", place, value, harms, invalid(f"{place.name}: .*must be"))
    for place, value, harms in (
        (HANDLER, "index.handler\nRUN id", careless.dockerfile("LABEL handler=%s")),
        (CORRELATION, "c\r\nX-Role: admin", careless.header("X-Correlation-Id: %s")),
        (TENANT, "acme\nspec:\n  hostNetwork: true", careless.yaml_document("name: %s")),
        (RUNTIME, "nodejs22\nUSER root", careless.dockerfile("FROM registry.test/%s")),
    )
]
NAME_LINES = [
    Request("line break in a name", place, value, harms, invalid(f"{place.name}.*must be"))
    for place, value, harms in (
        (ARGUMENT_NAME, "A\nRUN id", careless.dockerfile("ARG %s")),
        (VARIABLE_NAME, "A=1\nLD_PRELOAD", careless.variables("%s=x")),
        (FILTER_NAME, "subject: x\nsource", careless.yaml_document("type: x\n%s: x")),
    )
]
QUOTES = [
    Request("quote in a value", place, value, harms, invalid(f"{place.name}: .*must be"))
    for place, value, harms in (
        (HANDLER, 'index.handler", "--inspect', careless.exec_form('["node", "%s"]')),
        (PARSER, 'hello", "admin": "yes', careless.json_document('{"parser_id": "%s"}')),
        (CREDENTIAL, 'forge"}, {"name": "other', careless.json_document('[{"name": "%s"}]')),
        (PATH, f"x'; echo harmed>{OUT}; '", careless.shell("echo '%s'")),
    )
]
TEMPLATES = [
    Request(
        "template in a value", place, value, careless.template, invalid(f"{place.name}: .*must")
    )
    for place, value in (
        (HANDLER, "{{secret}}.handler"),
        (PATH, "{{ secret }}"),
        (TENANT, "acme{{secret}}"),
        (RUNTIME, "{% set x = secret %}{{ x }}"),
    )
]
SHELLS = [
    *(
        Request("shell in a value", place, value, careless.shell("echo %s"), invalid(place.name))
        for place, value in (
            (REF, f"main;{_HARM}"),
            (PATH, f"$(echo harmed>{OUT})"),
            (RUNTIME, f"nodejs22`echo harmed>{OUT}`"),
        )
    ),
    Request(
        "shell in a value",
        SSH_URL,
        f"ssh://git@public.sources.test/x;{_HARM}",
        careless.shell("echo %s"),
        Refusal(Reason.SOURCE_REJECTED, "a path of letters, digits and"),
    ),
]
OPTIONS = [
    Request(
        "option in a value",
        REF,
        f"--upload-pack=echo harmed>{OUT};",
        careless.git_ref,
        invalid("source_ref"),
    ),
    Request(
        "option in a value",
        SSH_URL,
        f"-oProxyCommand={_HARM};@host:x.git",
        careless.ssh_host,
        invalid("source_url"),
    ),
    Request(
        "option in a value",
        SSH_URL,
        f"ssh://-oProxyCommand=sh${{IFS}}-c${{IFS}}'{_UP}{_UP}{_UP}echo${{IFS}}harmed>victim'/x.git",
        careless.ssh_host,
        Refusal(Reason.SOURCE_REJECTED, "must name its host in letters"),
    ),
    Request("option in a value", PATH, "-delete", careless.found_folder),
]
PATHS = [
    Request("path in a value", place, value, harms, invalid(f"{place.name}: .*must be"))
    for place, value, harms in (
        (TENANT, OUT, careless.path),
        (HANDLER, f"{OUT}.handler", careless.module),
        (PATH, "../../..", careless.inside),
        (CREDENTIAL, OUT, careless.path),
    )
]
UNCARRIED = [
    Request("text that nothing can carry", place, value, harms, refusal)
    for place, value, harms, refusal in (
        (VARIABLE, "a\0b", careless.environment, invalid("env.GREETING: .*text without NUL")),
        (
            VARIABLE,
            "\ud800",
            careless.environment,
            Refusal(Rejection.MALFORMED, "half a surrogate"),
        ),
        (ARGUMENT, "a\0b", careless.environment, invalid("args.VERSION: .*text without NUL")),
        (ARGUMENT_NAME, "A=B", careless.variable_name, invalid("build_args: .*each name in it")),
    )
]
PLATFORM = [
    Request(
        "variable of the platform",
        VARIABLE_NAME,
        value,
        careless.overrides,
        invalid(f"function.env.{value}: .*is set by the platform"),
    )
    for value in ("PORT", "HOST", "K_SERVICE", "K_REVISION")
]

VALUES = [
    *(*LINES, *NAME_LINES, *QUOTES, *TEMPLATES, *SHELLS),
    *(*OPTIONS, *PATHS, *UNCARRIED, *PLATFORM),
]
