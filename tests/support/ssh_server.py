"""A private ssh server: OpenSSH's own as a child process, with one folder of repositories."""

import getpass
import os
import shlex
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import attrs
from support.tcp_proxy import free_port

_PATIENCE = 20.0  # seconds; only ever spent when something is wrong
_NEEDED_BY_ROOT = Path("/run/sshd")
# The shell's standard input is a pipe whose other end these tests hold, and lose however they end.
_ENDS_WITH_THE_TESTS = '"$0" "$@" </dev/null & cat >/dev/null; kill "$!"; wait "$!"'
# Only what git asks for, and with its repositories where the URL says.
_COMMAND = """\
#!/bin/sh
printf '%s\\n' "$SSH_ORIGINAL_COMMAND" >>{log}
asked=${{SSH_ORIGINAL_COMMAND#git-upload-pack }}
case $asked in
"'/"*) cd {root} && eval "git-upload-pack .$asked" ;;
*) exit 1 ;;
esac
"""


@attrs.frozen
class SshServer:
    """It runs.

    Attributes:
        root: Where its repositories are.
        key: The private key that it lets in.
        known_hosts: What its clients must know it by, as `public.sources.test`.
        log: What it was asked to run.
    """

    root: Path
    port: int
    key: Path
    known_hosts: str
    log: Path

    def url(self, path: str, host: str = "public.sources.test") -> str:
        """The URL of *path* here."""
        return f"ssh://{getpass.getuser()}@{host}:{self.port}{path}"


def make_key(file: Path) -> str:
    """Write a private key, and give the public one."""
    subprocess.run(
        ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "", "-f", file], check=True
    )
    return file.with_suffix(".pub").read_text("utf-8").strip()


@contextmanager
def ssh_server(folder: Path) -> Iterator[SshServer]:
    """A new server with all its files in *folder*.

    Raises:
        FileNotFoundError: It is not installed.
        RuntimeError: It does not start; says what it logged.
    """
    program = shutil.which("sshd", path=f"{os.environ['PATH']}:/usr/sbin")
    if program is None:
        raise FileNotFoundError(
            "sshd is missing: install the Debian package openssh-server, or what your system has "
            "in its place"
        )
    if os.getuid() == 0:
        _NEEDED_BY_ROOT.mkdir(mode=0o755, exist_ok=True)
    port, root, log = free_port(), folder / "repositories", folder / "asked"
    root.mkdir()
    host, client = make_key(folder / "host"), make_key(folder / "client")
    command = folder / "command"
    words = {"log": shlex.quote(str(log)), "root": shlex.quote(str(root))}
    command.write_text(_COMMAND.format(**words), "utf-8")
    command.chmod(0o755)
    (folder / "authorized").write_text(f'restrict,command="{command}" {client}\n', "utf-8")
    settings = {
        "ListenAddress": f"127.0.0.1:{port}",
        "HostKey": folder / "host",
        "AuthorizedKeysFile": folder / "authorized",
        "AuthenticationMethods": "publickey",
        "PermitRootLogin": "yes",
        "StrictModes": "no",  # temporary folders belong to others too
        "UsePAM": "no",
        "PidFile": "none",
    }
    file = folder / "sshd.conf"
    file.write_text("".join(f"{key} {value}\n" for key, value in settings.items()), "utf-8")
    known = f"[public.sources.test]:{port} {host}\n"
    with (folder / "log").open("w+b") as output:
        process = subprocess.Popen(
            ["sh", "-c", _ENDS_WITH_THE_TESTS, program, "-D", "-e", "-f", str(file)],
            stdin=subprocess.PIPE,
            stdout=output,
            stderr=output,
            start_new_session=True,  # an interrupt from the keyboard is for the tests
        )
        try:
            if not _listens(port):
                output.seek(0)
                raise RuntimeError(f"sshd does not start:\n{output.read().decode()}")
            yield SshServer(root, port, folder / "client", known, log)
        finally:
            process.communicate()


def _listens(port: int) -> bool:
    """Whether somebody does before long."""
    deadline = time.monotonic() + _PATIENCE
    while time.monotonic() < deadline:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.005)
        else:
            return True
    return False
