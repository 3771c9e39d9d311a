# /// script
# requires-python = ">=3.11"
# dependencies = ["kubernetes-validate"]
#
# [tool.adrtool]
# constraints = "constraints/kubernetes.txt"
# ///
"""TensorFlow Serving is described to Kubernetes in plain manifests, which its own schemas accept.

serving.yaml (a Deployment, a Service, an autoscaler) is held against the strict OpenAPI schemas of three Kubernetes
releases, and its names against each other, which no schema does. Six seeded mistakes must be caught, each where it is:
three by the schemas, three by the names.
Shows well-formed manifests; not that the image can be pulled, nor that a pod gets ready: see kubernetes_cluster.sh.
"""
from copy import deepcopy
from pathlib import Path

import yaml
from kubernetes_validate import ValidationError, validate

RELEASES = ("1.35", "1.36", "1.37")
MANIFESTS = list(yaml.safe_load_all((Path(__file__).parent / "serving.yaml").read_text(encoding="utf-8")))
CONTAINER = ("spec", "template", "spec", "containers", 0)


def fault(manifests):
    """Where the first fault of `manifests` is, as a dotted path; empty where there is none."""
    for manifest in manifests:
        for release in RELEASES:
            try:
                validate(manifest, release, strict=True)
            except ValidationError as error:
                return ".".join(map(str, error.absolute_path)) or error.message
    return broken_reference(*manifests)


def broken_reference(deployment, service, autoscaler):
    pod = deployment["spec"]["template"]
    named = {port["name"] for port in pod["spec"]["containers"][0]["ports"]}
    if not service["spec"]["selector"].items() <= pod["metadata"]["labels"].items():
        return "spec.selector"
    if not {port["targetPort"] for port in service["spec"]["ports"]} <= named:
        return "spec.ports"
    target = autoscaler["spec"]["scaleTargetRef"]
    return "" if target["name"] == deployment["metadata"]["name"] else "spec.scaleTargetRef"


def seeded(number, path, value):
    """The manifests with `value` put at `path` of manifest `number`."""
    manifests = deepcopy(MANIFESTS)
    place = manifests[number]
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    return manifests


MISTAKES = (
    (2, ("spec", "minReplicas"), "two", "spec.minReplicas"),
    (0, (*CONTAINER, "redinessProbe"), {}, "spec.template.spec.containers.0"),
    (0, (*CONTAINER, "ports", 0, "containerPort"), "8500", "spec.template.spec.containers.0.ports.0.containerPort"),
    (1, ("spec", "selector", "app"), "servin", "spec.selector"),
    (1, ("spec", "ports", 1, "targetPort"), "http", "spec.ports"),
    (2, ("spec", "scaleTargetRef", "name"), "server", "spec.scaleTargetRef"),
)

assert [m["kind"] for m in MANIFESTS] == ["Deployment", "Service", "HorizontalPodAutoscaler"], "other manifests"
assert fault(MANIFESTS) == "", f"serving.yaml has a fault at {fault(MANIFESTS)}"
for number, path, value, where in MISTAKES:
    found = fault(seeded(number, path, value))
    assert found == where, f"a mistake at {where} was seen at {found or 'no place'}"
