"""A real Kubernetes API to hold the tests' own one against, where somebody has one.

`KLB_TEST_KUBECONFIG` names a kubeconfig, whose current context's user may do everything;
`KUBEBUILDER_ASSETS` a folder with `etcd` and `kube-apiserver`, which are started for the tests.
"""

import base64
import http.client
import os
import ssl
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import aiohttp
import attrs
import yaml
from support.certificates import Certificates
from support.tcp_proxy import free_port

_PATIENCE = 60.0  # seconds; only ever spent when something is wrong


@attrs.frozen
class RealApi:
    """Where it is, and how its client shows who it is."""

    url: str
    trust: ssl.SSLContext | bool
    headers: dict[str, str]

    def session(self) -> aiohttp.ClientSession:
        """A client that may do everything."""
        connector = aiohttp.TCPConnector(ssl=self.trust)
        return aiohttp.ClientSession(connector=connector, headers=self.headers)


def is_there() -> bool:
    """Whether somebody has one for these tests."""
    return bool({"KLB_TEST_KUBECONFIG", "KUBEBUILDER_ASSETS"} & set(os.environ))


@contextmanager
def real_api(folder: Path) -> Iterator[RealApi]:
    """It runs; what it needs to lies in *folder*."""
    if file := os.environ.get("KLB_TEST_KUBECONFIG"):
        yield _configured(Path(file), folder)
        return
    with _started(Path(os.environ["KUBEBUILDER_ASSETS"]), folder) as started:
        yield started


def _configured(file: Path, folder: Path) -> RealApi:
    config = yaml.safe_load(file.read_text("utf-8"))
    named = {kind: {each["name"]: each for each in config[kind]} for kind in ("contexts", "users")}
    clusters = {each["name"]: each["cluster"] for each in config["clusters"]}
    context = named["contexts"][config["current-context"]]["context"]
    cluster, user = clusters[context["cluster"]], named["users"][context["user"]]["user"]
    trust = ssl.create_default_context(
        cafile=cluster.get("certificate-authority"),
        cadata=_inline(cluster.get("certificate-authority-data")),
    )
    if "client-certificate-data" in user:
        pair = folder / "client.pem"
        pair.write_text(
            f"{_inline(user['client-certificate-data'])}\n{_inline(user['client-key-data'])}"
        )
        trust.load_cert_chain(pair)
    elif "client-certificate" in user:
        trust.load_cert_chain(user["client-certificate"], user["client-key"])
    headers = {"Authorization": f"Bearer {user['token']}"} if "token" in user else {}
    return RealApi(cluster["server"], trust, headers)


def _inline(data: Any) -> str | None:
    return base64.b64decode(data).decode() if data else None


@contextmanager
def _started(programs: Path, folder: Path) -> Iterator[RealApi]:
    keys = Certificates.make(folder)
    (folder / "tokens.csv").write_text('admin,admin,admin,"system:masters"\n', "utf-8")
    store, peer, port = free_port(), free_port(), free_port()
    etcd = [
        str(programs / "etcd"),
        f"--data-dir={folder / 'etcd'}",
        f"--listen-client-urls=http://127.0.0.1:{store}",
        f"--advertise-client-urls=http://127.0.0.1:{store}",
        f"--listen-peer-urls=http://127.0.0.1:{peer}",
    ]
    api = [
        str(programs / "kube-apiserver"),
        f"--etcd-servers=http://127.0.0.1:{store}",
        f"--secure-port={port}",
        "--bind-address=127.0.0.1",
        "--authorization-mode=RBAC",
        "--disable-admission-plugins=ServiceAccount",
        "--service-cluster-ip-range=10.0.0.0/24",
        "--service-account-issuer=https://tests",
        f"--service-account-signing-key-file={keys.server_key}",
        f"--service-account-key-file={keys.server_key}",
        f"--tls-cert-file={keys.server}",
        f"--tls-private-key-file={keys.server_key}",
        f"--token-auth-file={folder / 'tokens.csv'}",
    ]
    with ExitStack() as stack:
        for command in (etcd, api):
            name = f"{Path(command[0]).name}.log"
            log = stack.enter_context((folder / name).open("wb"))
            process = subprocess.Popen(command, stdout=log, stderr=log)
            stack.callback(process.wait)
            stack.callback(process.terminate)
        trust = ssl.create_default_context(cafile=keys.authority)
        _await_ready(port, trust)
        yield RealApi(f"https://127.0.0.1:{port}", trust, {"Authorization": "Bearer admin"})


def _await_ready(port: int, trust: ssl.SSLContext) -> None:
    deadline = time.monotonic() + _PATIENCE
    while True:
        connection = http.client.HTTPSConnection("127.0.0.1", port, context=trust, timeout=1)
        try:
            connection.request("GET", "/readyz", headers={"Authorization": "Bearer admin"})
            if connection.getresponse().status == 200:
                return
        except OSError:
            if time.monotonic() > deadline:
                raise
        finally:
            connection.close()
        time.sleep(0.1)
