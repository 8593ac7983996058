"""Every member of every operation with values that it is not made for: an answer each time, and never a fault."""

import json

import botocore.session
import pytest
from harness.server import slipway
from raw import TARGETS

OPERATIONS = [tuple(line.split()) for line in slipway("operations").stdout.splitlines()]
OPERATIONS.sort(key=lambda each: each[1] != "StartLiveTail")  # before there are groups: a tail of one would not end
LONG = "x" * 70_000
ODD = [None, True, 0, -1, 2**31, -(2**63), 2**63, 1e300, 1.5, "", " ", "x", "*", "\0", "ü" * 300, "arn:aws:ecs:::", "arn:" + ":" * 50,
       LONG, [], [None], [""], ["x", "x"], [{}], [[]], ["x"] * 300, {}, {"": None}, {"x": {}}, {"name": "x", "key": "x", "value": -1}]
ODD_TEXT = ["", " ", "x", "*", "-1", "1e9", "9" * 40, "\0", "ü" * 300, "true", "arn:aws:iam:::", LONG, "%", "&=", "{}", "2026-13-45T99:00:00Z"]


def plausible(shape, depth=0):
    """A value of the right type, which most often names nothing that exists."""
    if shape.type_name == "structure":
        names = shape.required_members or (list(shape.members)[:3] if depth < 2 else [])
        return {name: plausible(shape.members[name], depth + 1) for name in names}
    if shape.type_name == "list":
        return [plausible(shape.member, depth + 1)]
    if shape.type_name == "map":
        return {"x": plausible(shape.value, depth + 1)}
    if shape.type_name == "string":
        return shape.enum[0] if shape.enum else "default"
    return {"boolean": True, "timestamp": 1_700_000_000, "blob": "eA=="}.get(shape.type_name, 1)


def inside(shape, odd, depth=2):
    """The shape's value with one odd value in one place, for every place down to a depth."""
    yield odd
    if depth == 0:
        return
    if shape.type_name == "structure":
        whole = plausible(shape, 1)
        for name, member in shape.members.items():
            for value in inside(member, odd, depth - 1):
                yield whole | {name: value}
    elif shape.type_name == "list":
        for value in inside(shape.member, odd, depth - 1):
            yield [value]


def over(operations):
    return pytest.mark.parametrize("service, name", operations, ids=[" ".join(each) for each in operations])


@pytest.fixture(scope="module")
def models():
    session = botocore.session.get_session()
    return {service: session.get_service_model(service) for service, _ in OPERATIONS}


def members_of(models, service, name):
    shape = models[service].operation_model(name).input_shape
    return (plausible(shape), shape.members) if shape else ({}, {})


@over([each for each in OPERATIONS if each[0] in TARGETS])
def test_json(connection, models, service, name):
    base, members = members_of(models, service, name)
    bodies = [base | {member: odd} for member in members for odd in ODD]
    bodies += [{key: value for key, value in base.items() if key != member} for member in base]
    for member, shape in members.items():
        for odd in (None, -1, "", "x", {}, []):
            bodies += [base | {member: value} for value in inside(shape, odd)]
    for body in bodies:
        answer = connection.json(f"{service} {name}", json.dumps(body))
        assert answer.status == 200 or (answer.status == 400 and answer.code and json.loads(answer.body)), (body, answer)


@over([each for each in OPERATIONS if each[0] not in TARGETS])
def test_query(connection, models, service, name):
    _, members = members_of(models, service, name)
    for member in members:
        for suffix in ("", ".1", ".member.1", ".member.1.Key", ".1.Name", ".x", ".member.-1", "."):
            for odd in ODD_TEXT if suffix == "" else ODD_TEXT[:4]:
                answer = connection.query(f"{service} {name}", {member + suffix: odd})
                assert answer.status == 200 or (answer.status < 500 and answer.code), (member + suffix, odd[:50], answer)
