"""A registry is spoken to encrypted, and only by who knows its authority, or not at all."""

from pathlib import Path

import attrs
import pytest
from support.certificates import Certificates
from support.registry_setup import Registries, adapter
from yarl import URL

from knative_lambda.adapters.oci.address import Address
from knative_lambda.domain.errors import SetupError


async def test_a_certificate_of_a_stranger_is_not_trusted(
    opener: Registries, tmp_path: Path
) -> None:
    opened = await opener.open(tls=True)
    stranger = tmp_path / "stranger"
    stranger.mkdir()
    address = Address.of(opened.server.host, Certificates.make(stranger).authority)
    asking = adapter(opener.stack, address, opened.config)
    with pytest.raises(SetupError, match="not trusted: set KLB_REGISTRY_CA_FILE"):
        await asking.digest(f"{opened.server.host}/hello:1")


@pytest.mark.parametrize("known", ["by the file", "by the system"])
async def test_certificates_may_count_besides_the_systems(
    opener: Registries, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, known: str
) -> None:
    opened = await opener.open(tls=True)
    right, other = opener.signers.authority, Certificates.make(tmp_path).authority
    file, system = (right, other) if known == "by the file" else (other, right)
    monkeypatch.setenv("SSL_CERT_FILE", str(system))
    besides = Address.of(opened.server.host, file, besides=True)
    origin = URL(f"https://{opened.server.host}")  # by itself, this machine is spoken to plainly
    asking = adapter(opener.stack, attrs.evolve(besides, origin=origin), opened.config)
    assert await asking.digest(f"{opened.server.host}/hello:1") is None


async def test_a_file_of_certificates_may_count_alone(
    opener: Registries, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = await opener.open(tls=True)
    monkeypatch.setenv("SSL_CERT_FILE", str(opener.signers.authority))
    address = Address.of(opened.server.host, Certificates.make(tmp_path).authority)
    asking = adapter(opener.stack, address, opened.config)
    with pytest.raises(SetupError, match="not trusted"):
        await asking.digest(f"{opened.server.host}/hello:1")


async def test_a_registry_without_encryption_is_not_taken_for_one_with_it(
    opener: Registries, signers: Certificates
) -> None:
    opened = await opener.open()
    address = Address.of(opened.server.host, signers.authority)
    asking = adapter(opener.stack, address, opened.config)
    with pytest.raises(SetupError, match="does not speak TLS: name its host in KLB_INSECURE"):
        await asking.digest(f"{opened.server.host}/hello:1")


async def test_an_encrypted_registry_is_not_spoken_to_plainly(opener: Registries) -> None:
    opened = await opener.open(tls=True)
    asking = adapter(opener.stack, Address.of(opened.server.host), opened.config)
    with pytest.raises(
        SetupError, match="see what KLB_REGISTRY names, and whether it is encrypted"
    ):
        await asking.digest(f"{opened.server.host}/hello:1")


async def test_a_file_without_certificates_is_named(opener: Registries, tmp_path: Path) -> None:
    opened = await opener.open(tls=True)
    (tmp_path / "empty.pem").write_text("nothing", "ascii")
    address = Address.of(opened.server.host, tmp_path / "empty.pem")
    asking = adapter(opener.stack, address, opened.config)
    with pytest.raises(SetupError, match=r"KLB_REGISTRY_CA_FILE: .*empty\.pem: must hold"):
        await asking.digest(f"{opened.server.host}/hello:1")
