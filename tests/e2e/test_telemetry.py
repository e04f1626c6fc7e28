"""What a deployment tells while people use it: enough to follow a request, and nothing of theirs."""

import json
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import httpx
import pytest
import websockets
from opentelemetry.proto.trace.v1.trace_pb2 import Span
from prometheus_client.parser import text_string_to_metric_families
from websockets.typing import Subprotocol

from app.cli import programs
from app.demo import documents
from app.demo.client import Api
from core.clock import now
from core.ids import new_id
from core.settings import Settings
from tests.e2e.collector import collecting
from tests.e2e.deployment import deployed, environment, free_ports, listening, until_served
from tests.live import until

CREATE_EXPENSE = """
mutation Spend($input: CreateExpenseInput!) {
  createExpense(input: $input) { ... on Expense { id } ... on Refusal { code message } }
}
"""
LOG_IN = """
mutation Enter($input: LogInInput!) {
  logIn(input: $input) { ... on Credentials { accessToken } ... on Refusal { code message } }
}
"""

REQUEST_ID = "the-request-of-this-test"
EMAIL, PASSWORD = "zerafine.quast@example.org", "correct horse battery"
NAME, GROUP, BUDGET = "Zerafine Quast", "Klumpatsch Riviera", "Bimmelbammel"
MERCHANT, NOTE, MINOR = "Gasthaus Schnorrbart", "Knödelorgie mit Tante Hildburg", 7_654_321
TAGS = ("schnickschnack",)

Lines = Sequence[Mapping[str, Any]]


class Told:
    """What somebody has told the API, and was told by it."""

    def __init__(self) -> None:
        self.secrets: set[str] = {
            EMAIL,
            PASSWORD,
            NAME,
            GROUP,
            BUDGET,
            MERCHANT,
            NOTE,
            str(MINOR),
            *TAGS,
        }


async def live_through(address: str, told: Told) -> None:
    """Register, log in wrongly and rightly, follow, budget, and spend more than that."""
    async with Api(address) as api:
        named = {"email": EMAIL, "password": PASSWORD, "deviceName": NAME}
        about = {"id": str(new_id()), "name": NAME, "currency": "EUR"}
        credentials = await api.ask(documents.REGISTER, input=about | named)
        wrong = await post(address, LOG_IN, {"input": named | {"password": f"not {PASSWORD}"}})
        assert wrong["data"]["logIn"]["code"] == "WRONG_CREDENTIALS"
        token: str = (await api.ask(LOG_IN, input=named))["accessToken"]
        api.token = token
        group = {"id": str(new_id()), "name": GROUP, "currency": "EUR"}
        ledger_id = (await api.ask(documents.CREATE_GROUP, input=group))["id"]
        invite = await api.ask(documents.CREATE_INVITE, input={"ledgerId": ledger_id})
        told.secrets |= {credentials["accessToken"], token, invite["token"]}
        amount = {"minor": MINOR - 1, "currency": "EUR"}
        budget = {"id": str(new_id()), "name": BUDGET, "period": "MONTHLY", "amount": amount}
        await api.ask(documents.CREATE_BUDGET, input=budget)
        async with api.socket() as socket:
            alerts = await socket.subscribe(documents.FOLLOW_ALERTS)
            assert (await anext(alerts))["__typename"] == "BudgetAlertSnapshot"
            answer = await post(address, CREATE_EXPENSE, {"input": expense(ledger_id)}, token)
            assert answer["data"]["createExpense"]["id"]
            assert (await anext(alerts))["name"] == BUDGET
        await misbehave(address, token)


def expense(ledger_id: str) -> dict[str, Any]:
    return {
        "id": str(new_id()),
        "ledgerId": ledger_id,
        "bill": {"amount": {"minor": MINOR, "currency": "EUR"}},
        "day": now().date().isoformat(),
        "merchant": MERCHANT,
        "note": NOTE,
        "tags": TAGS,
    }


async def post(
    address: str, document: str, variables: Mapping[str, Any], token: str | None = None
) -> dict[str, Any]:
    headers = {"x-request-id": REQUEST_ID, "authorization": f"Bearer {token}"}
    body = {"query": document, "variables": variables}
    async with httpx.AsyncClient(base_url=address) as http:
        answer = await http.post("/graphql", json=body, headers=headers)
    assert answer.headers["x-request-id"] == REQUEST_ID
    return answer.json()


async def misbehave(address: str, token: str) -> None:
    """Put secrets where they do not belong."""
    async with httpx.AsyncClient(base_url=address) as http:
        await http.get(f"/images/{token}")
        await http.get(f"/{PASSWORD}", params={"token": token})
        await http.get("/graphql", params={"query": f'{{ me(name: "{NAME}" }}'})
        async with websockets.connect(
            f"{address.replace('http', 'ws', 1)}/graphql?of={TAGS[0]}",
            subprotocols=[Subprotocol("graphql-transport-ws")],
        ):
            pass
        answer = await http.get("/healthz", headers={"x-request-id": f"{NAME} has no id"})
        assert re.fullmatch(r"[0-9a-f]{32}", answer.headers["x-request-id"])


@pytest.mark.timeout(240)
async def test_one_request_is_followed_everywhere_and_nothing_of_its_sender_is_told(
    settings: Settings, tmp_path: Path
) -> None:
    told, logs = Told(), tmp_path / "logs"
    async with listening() as (bound, address):
        with collecting() as collector:
            variables = environment(settings) | {
                "OUTGO_LOG_LEVEL": "DEBUG",
                "OUTGO_LOG_FORMAT": "json",
                "OUTGO_OTLP_URL": collector.url,
            }
            children = [programs.web(bound), programs.relay(), programs.worker()]
            ports = free_ports(len(children))
            for child, port in zip(children, ports, strict=True):
                child.environment = {"OUTGO_METRICS_PORT": str(port)}
            async with deployed(children, logs, variables):
                await until_served(address)
                await live_through(address, told)
                await until(lambda: "budget" in (logs / "worker.log").read_text())
                scraped = [await scrape(port) for port in ports]
        spans = collector.spans()

    said = {path.stem: path.read_text() for path in logs.glob("*.log")}
    assert [
        (name, secret) for name in said for secret in told.secrets if secret in said[name]
    ] == []
    assert [secret for secret in told.secrets if secret in str(spans)] == []
    assert [secret for secret in told.secrets if secret in str(scraped)] == []
    it_is_in_every_log(lines_of(said["web"]), lines_of(said["relay"]), lines_of(said["worker"]))
    it_is_counted(*scraped)
    it_is_one_trace(spans, lines_of(said["web"]))


def lines_of(log: str) -> Lines:
    return [json.loads(line) for line in log.splitlines()]


def it_is_in_every_log(web: Lines, relay: Lines, worker: Lines) -> None:
    mine = [
        [line for line in lines if line.get("request_id") == REQUEST_ID]
        for lines in (web, relay, worker)
    ]
    assert {line["operation"] for line in mine[0]} == {"Enter", "Spend", "push"}
    assert {line["operation"] for line in mine[1]} == {"relay"}
    assert {"check_budgets", "tell"} <= {line["operation"] for line in mine[2]}
    (spent,) = (line for line in mine[0] if line["operation"] == "Spend")
    assert (spent["event"], spent["status"], spent["level"]) == ("answered", 200, "info")
    assert "done" in {line["event"] for line in mine[2] if line["operation"] == "check_budgets"}


async def scrape(port: int) -> Mapping[str, Mapping[tuple[str, ...], float]]:
    """Samples by name and by the values of their labels."""
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as http:
        assert (await http.get("/healthz")).text == "ok"
        assert (await http.get("/else")).status_code == 404
        text = (await http.get("/metrics")).text
    samples: defaultdict[str, dict[tuple[str, ...], float]] = defaultdict(dict)
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            samples[sample.name][tuple(sample.labels.values())] = sample.value
    return samples


def it_is_counted(
    web: Mapping[str, Mapping[tuple[str, ...], float]],
    relay: Mapping[str, Mapping[tuple[str, ...], float]],
    worker: Mapping[str, Mapping[tuple[str, ...], float]],
) -> None:
    assert web["outgo_operation_seconds_count"]["Spend",] == 1
    assert web["outgo_operation_statements_sum"]["Spend",] > 0
    assert web["outgo_refusals_total"]["WRONG_CREDENTIALS",] == 1
    assert web["outgo_push_seconds_count"][()] > 0
    assert web["outgo_subscriptions"][()] == web["outgo_sockets"][()] == 0
    connections = web["outgo_database_connections"]
    assert {pool: n for (pool, state), n in connections.items() if state == "most"} == {
        "direct": 10,
        "sessions": 10,
    }
    assert relay["outgo_relayed_events_total"][()] > 0
    assert relay["outgo_queue_jobs"]["ocr", "waiting"] == 0
    assert "outgo_relay_lag_seconds" in relay
    assert worker["outgo_job_seconds_count"]["check_budgets", "done"] == 1


def it_is_one_trace(spans: Sequence[Span], web: Lines) -> None:
    (spent,) = (span for span in spans if span.name == "Spend")
    names = {span.name for span in spans if span.trace_id == spent.trace_id}
    assert {"Spend", "transaction", "relay", "check_budgets", "push"} <= names
    traced = {line["trace_id"] for line in web if line.get("operation") == "Spend"}
    assert traced == {spent.trace_id.hex()}
    by_id = {span.span_id: span for span in spans}
    (job,) = (span for span in spans if span.name == "check_budgets")
    assert by_id[by_id[job.parent_span_id].parent_span_id] is spent
