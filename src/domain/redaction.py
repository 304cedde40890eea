"""What nobody may read: credentials, by their forms, and those that are known word for word."""

import json
import re
from collections.abc import Iterable
from typing import Final, Self
from urllib.parse import quote

import attrs

INSTEAD: Final = "[redacted]"
_SHORTEST: Final = 6  # characters of a secret that is known; what is shorter is found everywhere
_VALUE: Final = r"(?P<hidden>[^\s\"'&,;<>]{4,})"


@attrs.frozen
class _Form:
    """How a kind of secret looks.

    Attributes:
        signs: In lower case; where none of them stands there is none of that kind. To look for
            words is a hundred times faster.
        pattern: Its group `hidden` is to go.
    """

    signs: tuple[str, ...]
    pattern: re.Pattern[str]


def _form(signs: str, pattern: str, flags: int = re.ASCII | re.IGNORECASE) -> _Form:
    return _Form(tuple(signs.split()), re.compile(pattern, flags))


_FORMS: Final = (
    # https://user:password@host, and a token in the user's place
    _form("://", r"://(?P<hidden>[^\s/@\"'<>]{1,2000})@"),
    # a header, to the end of its line or of the quotes around it
    _form(
        "authorization",
        r"\bauthorization[\"']?[ \t]{0,8}[:=][ \t]{0,8}[\"']?(?P<hidden>[^\r\n\"']+)",
    ),
    _form("bearer", r"\bbearer[ \t]{1,8}(?P<hidden>[a-z0-9._~+/=-]{12,})"),
    # what signs a URL
    _form(
        'x-amz- accesskeyid signature sig= sig" token key',
        r"[?&](?:x-amz-(?:signature|credential|security-token)|awsaccesskeyid|signature|sig"
        rf"|access_token|token|key)={_VALUE}",
    ),
    # password=..., "auth": "...", SECRET_KEY: ..., //registry/:_authToken=...
    _form(
        "passw passphrase secret key auth token",
        r"(?:passw(?:or)?d|passphrase|secret|(?:api|access|private)[_-]?key"
        r"|_auth|[\"']auth|(?:auth|access|session|identity)[_-]?token)"
        r"[\w.-]{0,64}[\"']?[ \t]{0,8}(?:=|:(?=[ \t]{0,8}[\"']?[^\s\"']{8}))"
        rf"[ \t]{{0,8}}[\"']?{_VALUE}",
    ),
    _form("akia asia", r"(?P<hidden>\b(?:AKIA|ASIA)[A-Z0-9]{16}\b)", re.ASCII),
    _form(
        "gho_ ghp_ ghr_ ghs_ ghu_ github_pat_ glpat- npm_ pypi- dckr_pat_ xox",
        r"(?P<hidden>\b(?:gh[oprsu]_|github_pat_|glpat-|npm_|pypi-|dckr_pat_|xox[abeoprs]-)"
        r"[\w-]{16,})",
        re.ASCII,
    ),
    # a JSON Web Token
    _form("eyj", r"(?P<hidden>(?<![\w-])eyJ[\w-]{8,2000}\.[\w-]{8,}\.[\w-]*)", re.ASCII),
    _form(
        "private",
        r"-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY-----(?P<hidden>(?:(?!-----)[\s\S]){1,16384})",
        re.ASCII,
    ),
)

# Of the letters that signs have, the rarest first in what we look through: our own log.
_RARE: Final = "/gjxwzkyhvmsr"


def _any_of(signs: Iterable[str]) -> re.Pattern[str]:
    """Finds any of *signs*: each by its rarest letter, and by what must stand around that."""
    around: dict[str, list[str]] = {}
    for sign in signs:
        rarest = next(letter for letter in _RARE if letter in sign)
        before, _, after = sign.partition(rarest)
        behind = f"(?<={re.escape(before + rarest + after)})" if before else ""
        around.setdefault(rarest, []).append(re.escape(after) + behind)
    return re.compile("|".join(f"{rare}(?:{'|'.join(each)})" for rare, each in around.items()))


_ANY_SIGN: Final = _any_of({sign: None for form in _FORMS for sign in form.signs})


def _in_json(text: str) -> str:
    return json.dumps(text)[1:-1]


@attrs.frozen
class Redactor:
    """Hides what it recognizes; what has no form, and is not known, it cannot.

    Attributes:
        known: Secrets, word for word.
    """

    known: tuple[str, ...] = attrs.field(repr=False, default=())

    @classmethod
    def of(cls, secrets: Iterable[str]) -> Self:
        """One that knows *secrets*, also as they stand in a URL, in JSON, and in a text of JSON."""
        words = {
            word
            for secret in secrets
            for word in (
                secret,
                quote(secret, safe=""),
                _in_json(secret),
                _in_json(_in_json(secret)),
            )
        }
        return cls(tuple(sorted(word for word in words if len(word) >= _SHORTEST)))

    def suspects(self, text: str) -> bool:
        """Whether there may be a secret in *text*, or in what it is the JSON of: a look at it."""
        return _ANY_SIGN.search(text.lower()) is not None or any(
            word in text for word in self.known
        )

    def matches(self, text: str) -> list[re.Match[str]]:
        """All that is recognized in *text*, each with what it is recognized by."""
        lowered = text.lower()
        found = [
            match
            for word in self.known
            if word in text
            for match in re.finditer(f"(?P<hidden>{re.escape(word)})", text)
        ]
        for form in _FORMS:
            if any(sign in lowered for sign in form.signs):
                found += form.pattern.finditer(text)
        return found

    def __call__(self, text: str) -> str:
        """*text* without secrets."""
        if not self.suspects(text):
            return text
        kept, at = [], 0
        for start, end in sorted(match.span("hidden") for match in self.matches(text)):
            if start >= at:
                kept += [text[at:start], INSTEAD]
            at = max(at, end)
        return "".join((*kept, text[at:]))

    def field(self, name: str, text: str) -> str:
        """*text*, which the field *name* holds, without secrets; the name may tell that it is one.

        Shaped for `knative_lambda.domain.texts.each_text`.
        """
        return self(f"{name}={text}").removeprefix(f"{name}=")


redacted: Final = Redactor()  # by form alone, for whoever knows no secret
