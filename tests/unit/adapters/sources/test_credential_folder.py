"""Credentials are read as Secrets are mounted, and never shown."""

from pathlib import Path

import attrs
import pytest
from contracts.source_fetcher import request
from support.network_sources import add_credential

from knative_lambda.adapters.sources.credential_folder import CredentialFolder
from knative_lambda.adapters.sources.endpoints import Endpoint
from knative_lambda.domain.errors import SetupError

ENDPOINT = Endpoint("git.example.com", 443)
ASKED = attrs.evolve(request("https://git.example.com/r.git"), source_credentials="forge")
FOR = {"hosts": "*.example.com\nother.test:22", "tenants": "acme, other\n"}
TOKEN = {"type": "token\n", "token": "s3cret\n", **FOR}
BASIC = {"type": "basic", "username": "u", "password": "s3cret", **FOR}
SSH = {"type": "ssh", "ssh-privatekey": "s3cret\n", "known_hosts": "x", **FOR}


@pytest.mark.parametrize("files", [TOKEN, BASIC, SSH], ids=lambda files: files["type"].strip())
async def test_a_credential_does_not_show_what_is_secret(
    files: dict[str, str], tmp_path: Path
) -> None:
    add_credential(tmp_path, "forge", files)
    found = await CredentialFolder(tmp_path).named(ASKED, ENDPOINT)
    assert found is not None
    assert found.tenants == {"acme", "other"}
    assert "s3cret" not in repr(found)


async def test_a_renewed_credential_counts_at_once(tmp_path: Path) -> None:
    add_credential(tmp_path, "forge", TOKEN)
    await CredentialFolder(tmp_path).named(ASKED, ENDPOINT)
    (tmp_path / "forge" / "token").write_text("newer", "utf-8")
    found = await CredentialFolder(tmp_path).named(ASKED, ENDPOINT)
    assert found is not None
    assert found.authorization(for_git=False) == "Bearer newer"


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("type", "other"),
        ("token", "a\nHost: x"),
        ("token", ""),
        ("hosts", "https://x"),
        ("type", "ssh"),
    ],
)
async def test_a_credential_that_is_malformed_is_for_a_person_to_mend(
    file: str, text: str, tmp_path: Path
) -> None:
    add_credential(tmp_path, "forge", {**TOKEN, file: text})
    with pytest.raises(SetupError, match="must"):
        await CredentialFolder(tmp_path).named(ASKED, ENDPOINT)
