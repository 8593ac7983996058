import collections

import pytest
from botocore.exceptions import ClientError
from harness.server import Server
from raw import Connection

calls = collections.Counter()  # "ecs RunTask" -> successful answers
faults = []  # "ecs RunTask: 500 ..."


def record(http_response, parsed, model, **_):
    name = f"{model.service_model.service_name} {model.name}"
    if http_response.status_code < 300:
        calls[name] += 1
    if http_response.status_code >= 500:
        faults.append(f"{name}: {http_response.status_code} {parsed}")


@pytest.fixture(autouse=True, scope="session")
def recorded():
    """Every client that a test makes tells what it called. No server fault goes unseen, whatever a test expects."""
    make = Server.client

    def client(self, *arguments, **members):
        made = make(self, *arguments, **members)
        made.meta.events.register("after-call", record)
        return made

    Server.client = client
    yield calls
    Server.client = make
    assert not faults, faults


@pytest.fixture
def connection(control_plane):
    """Whatever a test sent over it, it serves the next request, and the server stands."""
    made = Connection(control_plane)
    yield made
    assert made.query("sts GetCallerIdentity").status == 200
    assert made.send("GET", "/healthz").status == 200


@pytest.fixture
def refused():
    """Calls, and gives the error's (code, HTTP status, message)."""
    def call(function, **members):
        with pytest.raises(ClientError) as caught:
            function(**members)
        answer = caught.value.response
        return answer["Error"]["Code"], answer["ResponseMetadata"]["HTTPStatusCode"], answer["Error"]["Message"]

    return call


def pytest_collection_modifyitems(items):
    """The count comes last, whatever the order of the files."""
    items.sort(key=lambda item: item.path.name == "test_every_operation.py")
