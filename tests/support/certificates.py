"""A certificate authority for one test server, and the certificate it has signed for it."""

import subprocess
from pathlib import Path
from typing import Self

import attrs

_NEW_KEY = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-noenc")
_EXTENSIONS = """\
[req]
distinguished_name = name
[name]
[authority]
basicConstraints = critical, CA:true
keyUsage = critical, keyCertSign
subjectKeyIdentifier = hash
[server]
basicConstraints = critical, CA:false
keyUsage = critical, digitalSignature
extendedKeyUsage = serverAuth
subjectAltName = DNS:localhost, IP:127.0.0.1
authorityKeyIdentifier = keyid
"""


@attrs.frozen
class Certificates:
    """PEM files that are good for two days.

    Attributes:
        authority: What clients trust.
        server: What the authority says of localhost and 127.0.0.1.
    """

    authority: Path
    server: Path
    server_key: Path

    @classmethod
    def make(cls, folder: Path) -> Self:
        """Write the files into *folder*."""
        (folder / "openssl.cnf").write_text(_EXTENSIONS, encoding="utf-8")
        _certify(folder, "authority")
        _certify(folder, "server", "-CA", "authority.pem", "-CAkey", "authority.key")
        return cls(folder / "authority.pem", folder / "server.pem", folder / "server.key")


def _certify(folder: Path, name: str, *by: str) -> None:
    """Make a key and its certificate, signed by an authority or else by itself."""
    what = ("-config", "openssl.cnf", "-extensions", name, "-subj", f"/CN={name}", "-days", "2")
    files = ("-keyout", f"{name}.key", "-out", f"{name}.pem")
    command = ["openssl", "req", "-x509", *what, *_NEW_KEY, *files, *by]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise RuntimeError(f"openssl makes no certificate:\n{done.stderr}")
