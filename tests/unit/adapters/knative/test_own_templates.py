"""An operator's templates: what they may say, and what is ours whatever they say."""

from pathlib import Path

import attrs
import pytest
from support.knative_specs import NAME, key, spec

from knative_lambda.adapters.knative.manifests import Manifests
from knative_lambda.adapters.knative.place import Place
from knative_lambda.adapters.templates.overrides import overridden
from knative_lambda.domain import labels
from knative_lambda.domain.errors import SetupError
from knative_lambda.domain.request import FunctionConfig
from knative_lambda.ports.service_deployer import Service

OWNER = Service(name=NAME, uid="an-uid", version="1", key=key(1))
OPEN = """\
apiVersion: serving.knative.dev/v1
kind: Service
metadata:
  name: anything
  namespace: elsewhere
  labels:
    team: {{ name }}
    build.notifi.network/third-party-id: somebody
  annotations:
    build.notifi.network/key: 999.z
spec:
  template:
    spec:
      nodeSelector: {pool: functions}
      containers:
        - image: {{ image }}
"""


def manifests(folder: Path, name: str, text: str) -> Manifests:
    (folder / name).write_text(text, "utf-8")
    place = Place(namespace="functions", broker="default", dead_letter_sink="http://sink.test/")
    return Manifests(attrs.evolve(place, templates=overridden(folder)))


def test_a_template_decides_all_but_how_the_object_is_found_and_fenced(tmp_path: Path) -> None:
    manifest = manifests(tmp_path, "service.yaml.j2", OPEN).service(spec(1))
    metadata = manifest["metadata"]
    assert (metadata["name"], metadata["namespace"]) == (NAME, "functions")
    assert metadata["annotations"] == {labels.KEY: labels.dump_key(key(1))}
    assert metadata["labels"]["team"] == NAME
    assert metadata["labels"][labels.THIRD_PARTY] == "acme"
    assert "networking.knative.dev/visibility" not in metadata["labels"]
    pod = manifest["spec"]["template"]["spec"]
    assert pod == {"nodeSelector": {"pool": "functions"}, "containers": [{"image": spec(1).image}]}


def test_a_companion_belongs_to_its_service_whatever_its_template_says(tmp_path: Path) -> None:
    text = "apiVersion: v1\nkind: ServiceAccount\nmetadata: {ownerReferences: []}\n"
    manifest = manifests(tmp_path, "serviceaccount.yaml.j2", text).service_account(spec(1), OWNER)
    assert manifest["metadata"]["ownerReferences"][0]["uid"] == "an-uid"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "must give one object of Kubernetes"),
        ("- a\n", "must give one object of Kubernetes"),
        ("kind: Service\n", "must give one object of Kubernetes"),
        ("apiVersion: v1\nkind: Service\nmetadata:\n", "objects for metadata"),
        ("apiVersion: v1\nkind: Service\nmetadata: {labels: [a]}\n", "objects for metadata"),
        ("apiVersion: v1\nkind: Service\nmetadata: {annotations: a}\n", "objects for metadata"),
        ("a: b\n  c: d\n", "gives no YAML: mapping values are not allowed"),
        ("---\na: b\n---\na: b\n", "gives no YAML: but found another document, line 3"),
    ],
    ids=ascii,
)
def test_a_template_that_gives_no_object_is_named(tmp_path: Path, text: str, told: str) -> None:
    config = FunctionConfig(env=(("PASSWORD", "hunter2"),))
    with pytest.raises(SetupError) as refusal:
        manifests(tmp_path, "service.yaml.j2", f"{text}# {{{{ env }}}}\n").service(
            spec(1, config=config)
        )
    assert str(refusal.value).startswith("template service.yaml.j2: ")
    assert told in str(refusal.value)
    assert "hunter2" not in str(refusal.value)
