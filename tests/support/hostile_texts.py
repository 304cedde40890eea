"""Values that a request may hold, and that must stay what they are, a few of each class."""

from support import careless_rendering as careless
from support.hostile import OUT
from support.hostile_requests import (
    ARGUMENT,
    CORRELATION,
    FILTER,
    HANDLER,
    REF,
    SOURCE,
    URL,
    VARIABLE,
    Request,
)

TEXTS = [
    *(
        Request("line break in free text", place, value, harms)
        for place, value, harms in (
            (VARIABLE, "blue\nLD_PRELOAD=/tmp/x.so", careless.variables("GREETING=%s")),
            (VARIABLE, "blue\n  admin: true", careless.yaml_document("env:\n  GREETING: %s")),
            (ARGUMENT, "1\nRUN id", careless.dockerfile("ARG VERSION=%s")),
            (ARGUMENT, "1 \\", careless.dockerfile("ARG VERSION=%s")),
        )
    ),
    *(
        Request("quote in free text", place, value, harms)
        for place, value, harms in (
            (VARIABLE, 'blue", "admin": "yes', careless.json_document('{"GREETING": "%s"}')),
            (ARGUMENT, '1", "--force', careless.exec_form('["--build-arg", "VERSION=%s"]')),
            (FILTER, '"},{"type":"', careless.json_document('[{"subject":"%s"}]')),
            (CORRELATION, 'c","admin":"yes', careless.json_document('{"correlationid": "%s"}')),
        )
    ),
    *(
        Request("template in free text", place, value, careless.template)
        for place, value in (
            (VARIABLE, "{{ secret }}"),
            (ARGUMENT, "{% for x in [secret] %}{{ x }}{% endfor %}"),
            (CORRELATION, "{{secret}}"),
            (REF, "v{{secret}}"),
        )
    ),
    *(
        Request("variable in free text", place, value, harms)
        for place, value, harms in (
            (VARIABLE, "${SECRET}", careless.expands),
            (VARIABLE, "$(SECRET)", careless.expands_as_clusters_do),
            (ARGUMENT, "$SECRET", careless.expands),
            (HANDLER, "index.$SECRET", careless.expands),
        )
    ),
    *(
        Request("shell in free text", place, value, careless.shell("echo %s"))
        for place, value in (
            (VARIABLE, f"$(echo harmed>{OUT})"),
            (ARGUMENT, f"1; echo harmed>{OUT}"),
            (FILTER, f"`echo${{IFS}}harmed>{OUT}`"),
            (URL, f"{SOURCE}?$(echo${{IFS}}harmed>{OUT})"),
        )
    ),
    *(
        Request("YAML in free text", VARIABLE, value, careless.yaml_document("value: %s"))
        for value in ("true", "0x10", "~", "{admin: true}")
    ),
]
