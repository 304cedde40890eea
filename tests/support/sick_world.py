"""All that the service depends on in a cluster, well at first, and then as a test breaks it."""

import argparse
import base64
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import attrs
import pytest
from support.amqp import Client
from support.kubernetes.cluster import BUILDS, FUNCTIONS, Cluster
from support.registry import PASSWORD, USER
from support.s3_bucket import BackDoor

from knative_lambda.adapters.rabbitmq.topology import Topology
from knative_lambda.entrypoints import doctor
from knative_lambda.settings import from_env

LABEL = "pod-security.kubernetes.io/enforce"
BASELINE = {LABEL: "baseline"}


@attrs.frozen
class Told:
    """What `doctor` has said.

    Attributes:
        findings: As its JSON has them.
        text: The lines for people.
    """

    code: int
    findings: list[dict[str, str]]
    text: str

    def of(self, severity: str) -> list[dict[str, str]]:
        return [each for each in self.findings if each["severity"] == severity]

    @property
    def broken(self) -> list[str]:
        """What was found broken."""
        return [each["check"] for each in self.of("fail")]


@attrs.define
class SickWorld:
    """Its parts, and the settings that lead to them."""

    variables: dict[str, str]
    cluster: Cluster
    broker: Client
    bucket: BackDoor
    topology: Topology
    capture: pytest.CaptureFixture[str]
    folder: Path

    async def examined(self, **more: str) -> Told:
        """What `doctor` says, with *more* settings."""
        parser = argparse.ArgumentParser()
        doctor.add_to(parser.add_subparsers())
        settings = from_env({**self.variables, **more})
        code = await doctor.run(parser.parse_args(["doctor", "--output", "json"]), settings)
        findings: list[dict[str, str]] = json.loads(self.capture.readouterr().out)
        again = await doctor.run(parser.parse_args(["doctor"]), settings)
        assert again == code
        return Told(code, findings, self.capture.readouterr().out)

    def label(self, namespace: str, labels: Mapping[str, str]) -> None:
        """Give the namespace these labels, and no others."""
        found = self.cluster.object("namespaces", "", namespace)
        found["metadata"]["labels"] = dict(labels)
        self.cluster.plant(found)

    def secret(self, name: str, namespace: str = BUILDS, **data: str) -> None:
        self.cluster.plant(named("v1", "Secret", name, namespace, data=encoded(data)))

    def push_secret(self, password: str = PASSWORD) -> None:
        """What builds push with."""
        host = self.variables["KLB_REGISTRY"]
        auth = base64.b64encode(f"{USER}:{password}".encode()).decode()
        content = json.dumps({"auths": {host: {"auth": auth}}})
        self.secret("registry-push", **{".dockerconfigjson": content})

    def broker_object(self, ready: str, message: str = "") -> None:
        """The functions' Broker."""
        condition = {"type": "Ready", "status": ready, "message": message}
        status = {"observedGeneration": 1, "conditions": [condition]}
        api = "eventing.knative.dev/v1"
        self.cluster.plant(named(api, "Broker", "default", FUNCTIONS, status=status))

    def install(self) -> None:
        """Make the cluster well."""
        self.label(BUILDS, BASELINE)
        self.label(FUNCTIONS, BASELINE)
        self.cluster.plant(named("v1", "ServiceAccount", "build", BUILDS))
        self.secret("build-broker", KLB_RABBITMQ_URL="amqp://builds:x@rabbitmq/")
        self.push_secret()
        self.broker_object("True")

    async def rule(self) -> None:
        """Let the bucket tidy up by itself."""
        rule: Any = {
            "ID": "contexts",
            "Status": "Enabled",
            "Filter": {"Prefix": ""},
            "Expiration": {"Days": 7},
        }
        await self.bucket.s3.put_bucket_lifecycle_configuration(
            Bucket=self.bucket.name, LifecycleConfiguration={"Rules": [rule]}
        )


def named(api: str, kind: str, name: str, namespace: str, **more: Any) -> dict[str, Any]:
    """An object."""
    metadata = {"name": name, "namespace": namespace, "generation": 1}
    return {"apiVersion": api, "kind": kind, "metadata": metadata, **more}


def encoded(data: Mapping[str, str]) -> dict[str, str]:
    return {name: base64.b64encode(value.encode()).decode() for name, value in data.items()}
