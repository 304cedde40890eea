"""A certificate for servers of sources, which is its own authority."""

import ssl
import subprocess
from pathlib import Path

import attrs

_NAMES = "DNS:localhost,DNS:*.sources.test,IP:127.0.0.1,IP:127.0.0.2"


@attrs.frozen
class Certificate:
    """PEM files, good for two days; clients trust *public*."""

    public: Path
    key: Path

    @property
    def context(self) -> ssl.SSLContext:
        """What a server needs."""
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(self.public, self.key)
        return context


def make_certificate(folder: Path) -> Certificate:
    """Write the files into *folder*."""
    made = Certificate(folder / "sources.pem", folder / "sources.key")
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-noenc", "-days", "2", "-subj", "/CN=sources"),
            *("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"),
            *("-addext", f"subjectAltName={_NAMES}"),
            *("-keyout", made.key, "-out", made.public),
        ],
        check=True,
        capture_output=True,
    )
    return made
