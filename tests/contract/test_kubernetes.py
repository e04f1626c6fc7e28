"""The manifests fit each other, and use settings, commands, options, routes and metrics that exist."""

import re
import shlex
from base64 import b64encode
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml
from typer.core import TyperGroup
from typer.main import get_command

from app.cli import cli
from core.settings import Environment, Settings
from core.telemetry import metrics
from workers.jobs import QUEUES

Manifest = Mapping[str, Any]

_FOLDER = Path(__file__).parents[2] / "deploy" / "kubernetes"
_FILES: list[str] = yaml.safe_load((_FOLDER / "kustomization.yaml").read_text())["resources"]
_KINDS = {
    "ConfigMap": "v1",
    "Deployment": "apps/v1",
    "HorizontalPodAutoscaler": "autoscaling/v2",
    "Job": "batch/v1",
    "PodDisruptionBudget": "policy/v1",
    "ScaledObject": "keda.sh/v1alpha1",
    "Secret": "v1",
    "Service": "v1",
}
_METRICS = frozenset({"/metrics", "/healthz"})
_ROUTES = {"http": frozenset({"/healthz", "/readyz"}), "metrics": _METRICS}


def _manifests() -> list[Manifest]:
    return [one for file in _FILES for one in yaml.safe_load_all((_FOLDER / file).read_text())]


def _of(*kinds: str) -> list[Manifest]:
    return [one for one in _manifests() if one["kind"] in kinds]


def _containers() -> Iterator[tuple[str, Manifest]]:
    for one in _of("Deployment", "Job"):
        (container,) = one["spec"]["template"]["spec"]["containers"]
        yield one["metadata"]["name"], container


def _told() -> dict[str, str]:
    """What every container has in its environment."""
    (config,), (secret,) = _of("ConfigMap"), _of("Secret")
    return {**config["data"], **secret["stringData"]}


containers = pytest.mark.parametrize(
    "container",
    [container for _, container in _containers()],
    ids=[name for name, _ in _containers()],
)


def test_every_file_is_applied_and_of_a_known_version() -> None:
    here = {file.name for file in _FOLDER.glob("*.yaml")}

    assert here == {"kustomization.yaml", *_FILES}
    assert {one["kind"]: one["apiVersion"] for one in _manifests()} == _KINDS
    names = [(one["kind"], one["metadata"]["name"]) for one in _manifests()]
    assert len(set(names)) == len(names)


def test_production_starts_on_its_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    assert _told().keys() <= {f"OUTGO_{name.upper()}" for name in Settings.model_fields}
    key = b64encode(bytes(32)).decode()
    for variable, value in _told().items():
        monkeypatch.setenv(variable, value.replace("THIRTY-TWO-BYTES-OF-RANDOMNESS-IN-BASE64", key))

    settings = Settings()

    assert settings.environment is Environment.PRODUCTION
    assert settings.port == 8000
    assert settings.metrics_port == 9464


@containers
def test_a_container_is_told_everything_and_its_command_exists(container: Manifest) -> None:
    sources = [{kind: ref["name"]} for one in container["envFrom"] for kind, ref in one.items()]
    command, *options = container["args"]
    program = get_command(cli)
    assert isinstance(program, TyperGroup)

    assert sources == [{"configMapRef": "outgo"}, {"secretRef": "outgo"}]
    program.commands[command].make_context(command, options)


@containers
def test_its_probes_ask_routes_that_exist(container: Manifest) -> None:
    ports = {port["name"]: port["containerPort"] for port in container.get("ports", ())}
    probes = [container[name]["httpGet"] for name in container if name.endswith("Probe")]

    assert ports.items() <= {"http": 8000, "metrics": 9464}.items()
    assert all(probe["path"] in _ROUTES[probe["port"]] for probe in probes)
    assert {probe["port"] for probe in probes} <= ports.keys()
    assert bool(probes) is (container["name"] != "migrate")


def test_what_selects_pods_finds_them() -> None:
    labels = [one["spec"]["template"]["metadata"]["labels"] for one in _of("Deployment")]
    selectors = [one["spec"]["selector"] for one in _of("Deployment", "PodDisruptionBudget")]
    (service,) = _of("Service")

    assert all(selector["matchLabels"] in labels for selector in selectors)
    assert service["spec"]["selector"] in labels


def test_what_scales_finds_what_it_scales_and_by_what() -> None:
    deployments = {one["metadata"]["name"] for one in _of("Deployment")}
    scalers = _of("HorizontalPodAutoscaler", "ScaledObject")
    ((trigger,),) = (one["spec"]["triggers"] for one in _of("ScaledObject"))
    metric, labels = re.findall(r"(outgo_\w+)\{(.*)\}", trigger["metadata"]["query"])[0]
    queues, states = re.findall(r'=~"([^"]+)"', labels)

    assert {one["spec"]["scaleTargetRef"]["name"] for one in scalers} <= deployments
    assert metric in {family.name for family in metrics.QUEUE_JOBS.collect()}
    assert set(queues.split("|")) <= set(QUEUES)
    assert set(states.split("|")) <= {"waiting", "in_hand", "delayed"}


def test_every_queue_has_somebody() -> None:
    commands = {name: shlex.join(container["args"]) for name, container in _containers()}
    left, taken = (
        re.findall(rf"--{option} (\w+)", commands[name])
        for option, name in (("without", "worker"), ("queue", "reader"))
    )

    assert left == taken


def test_a_worker_begins_anew_before_it_is_killed() -> None:
    settings = Settings()
    most_mib, telling_services_mib = settings.most_memory_mib, settings.worker_threads * 128
    opening_a_file_mib = 1152  # 16 bytes for each of 40 million pixels, and 512 MiB
    by_name = dict(_containers())
    for name, beside in (("worker", telling_services_mib), ("reader", opening_a_file_mib)):
        told = {one["name"]: one["value"] for one in by_name[name].get("env", ())}
        amount, unit = re.findall(r"(\d+)(Mi|Gi)", by_name[name]["resources"]["limits"]["memory"])[
            0
        ]
        limit_mib = int(amount) * {"Mi": 1, "Gi": 1024}[unit]

        assert int(told.get("OUTGO_WORKER_MEMORY_MB", most_mib)) + beside < limit_mib


def test_draining_is_over_before_anybody_is_killed() -> None:
    (web,) = (one for one in _of("Deployment") if one["metadata"]["name"] == "web")
    finishing_seconds = 8

    grace = web["spec"]["template"]["spec"]["terminationGracePeriodSeconds"]
    assert float(_told()["OUTGO_DRAIN_SECONDS"]) + finishing_seconds < grace
