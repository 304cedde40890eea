"""Whether S3 would take a presigned URL: its signature, worked out from what AWS has published."""

import hashlib
import hmac
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl, quote, urlsplit

_ALGORITHM = "AWS4-HMAC-SHA256"


def is_valid(method: str, url: str, secret: str, at: datetime) -> bool:
    """Whether *method* on *url* is allowed to whoever asks *at* that time."""
    parts = urlsplit(url)
    query = dict(parse_qsl(parts.query, strict_parsing=True))
    signature = query.pop("X-Amz-Signature")
    signed = datetime.strptime(query["X-Amz-Date"], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    valid_for = timedelta(seconds=int(query["X-Amz-Expires"]))
    if query["X-Amz-SignedHeaders"] != "host" or not signed <= at < signed + valid_for:
        return False
    words = "&".join(f"{_encoded(name)}={_encoded(query[name])}" for name in sorted(query))
    request = "\n".join(
        (method, parts.path, words, f"host:{parts.netloc}", "", "host", "UNSIGNED-PAYLOAD")
    )
    _, scope = query["X-Amz-Credential"].split("/", 1)
    digest = hashlib.sha256(request.encode()).hexdigest()
    text = "\n".join((_ALGORITHM, query["X-Amz-Date"], scope, digest))
    key = f"AWS4{secret}".encode()
    for word in (*scope.split("/"), text):
        key = hmac.digest(key, word.encode(), "sha256")
    return hmac.compare_digest(key.hex(), signature)


def _encoded(text: str) -> str:
    return quote(text, safe="-_.~")
