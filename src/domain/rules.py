"""The rules that single fields of our events must keep."""

from typing import Final

from knative_lambda.domain.fields import pattern
from knative_lambda.domain.ids import ID_RULE

_VISIBLE = r"[\x21-\x7e]"

ID: Final = pattern(r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?", 63, ID_RULE)
CREDENTIAL: Final = pattern(ID.expression.pattern, 63, "the name of a configured credential")
BUILD_ID: Final = pattern(r"[0-9a-f]{32}", 32, "a build id: 32 hex digits")
JOB_NAME: Final = pattern(
    r"[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?", 63, "a Job's name: lower-case letters, digits, '-', '.'"
)
SOURCE_URL: Final = pattern(
    rf"(?:(?:https|ssh|s3|file)://|upload:|data:){_VISIBLE}+|[a-z_][a-z0-9_-]*@[A-Za-z0-9.-]+:{_VISIBLE}+",
    262_144,
    "a URL of scheme https, ssh, s3, upload or data without spaces, or git@host:path",
)
SOURCE_REF: Final = pattern(
    r"(?!.*(?:\.\.|//|@\{))[A-Za-z0-9][A-Za-z0-9._/+@{}-]*(?<![./])",
    255,
    "a branch, tag or commit: letters, digits, '.', '_', '-', '/', '+', '@', without '..'",
)
SOURCE_PATH: Final = pattern(
    r"(?!(?:.*/)?\.{1,2}(?:/|$))(?!.*//)[A-Za-z0-9._@+-][A-Za-z0-9._@+ /-]*(?<!/)",
    512,
    "a folder inside the source, relative, with '/' between its parts and without '..'",
)
HANDLER: Final = pattern(
    r"(?!(?:.*/)?\.)(?!.*//)[A-Za-z0-9_][A-Za-z0-9_/.-]*\.[A-Za-z_$][A-Za-z0-9_$]*",
    200,
    "'path/to/module.function', such as index.handler",
)
CORRELATION_ID: Final = pattern(rf"{_VISIBLE}+", 128, "visible ASCII without spaces")
VARIABLE: Final = pattern(r"[A-Za-z_][A-Za-z0-9_]*", 128, "letters, digits and '_', no digit first")
VALUE: Final = pattern(r"[^\0\ud800-\udfff]*", 4096, "text without NUL")
SENTENCE: Final = pattern(r"[^\0\ud800-\udfff]*", 2000, "text without NUL")
ATTRIBUTE: Final = pattern(
    r"[a-z][a-z0-9]*", 20, "a CloudEvents attribute: lower-case letters and digits, a letter first"
)
ATTRIBUTE_VALUE: Final = pattern(rf"{_VISIBLE}+", 256, "visible ASCII without spaces, not empty")
CPU: Final = pattern(
    r"[1-9]\d{0,4}m|[1-9]\d?(?:\.\d)?|0\.[1-9]", 8, "a CPU amount, such as 500m or 1"
)
MEMORY: Final = pattern(
    r"[1-9]\d{0,4}(?:Mi|Gi|M|G)", 8, "an amount of memory, such as 256Mi or 1Gi"
)
STATUS: Final = pattern(r"[a-z_]+", 32, "a status, such as success")
IMAGE: Final = pattern(
    r"[a-zA-Z0-9][a-zA-Z0-9.-]*(?::\d{1,5})?(?:/[a-z0-9]+(?:[._-]+[a-z0-9]+)*)+"
    r"(?::[A-Za-z0-9_][A-Za-z0-9_.-]{0,127})?(?:@sha256:[0-9a-f]{64})?",
    512,
    "an image: registry/repository:tag",
)
