"""Bad input: AWS's code and status, and a connection and a server that go on. raw.py refuses every 5xx."""

import json

import pytest
from raw import Connection

CONTAINER = {"name": "main", "image": "hello:1", "memory": 32}
TASK = f"arn:aws:ecs:us-east-1:000000000000:task/default/{'0' * 32}"


@pytest.mark.parametrize("operation", ["ecs ListClusters", "ecs RegisterTaskDefinition", "logs DescribeLogGroups"])
@pytest.mark.parametrize("body", [
    "{", "[]", "nul", '{"a":}', '{"a":1', '{"maxResults":1}}', "\x00", "{'a':1}", '{"a":"\ud800"}'.encode("utf-8", "surrogatepass"),
    b'{"a":"\xff"}', "[" * 100_000, '{"a":' * 100_000, '{"nextToken":"' + "\\", "1", '"text"', '{"a":1e999999}x'],
    ids=lambda body: repr(body[:14]))
def test_malformed_json(connection, operation, body):
    assert connection.json(operation, body).refusal == ("SerializationException", 400)


@pytest.mark.parametrize("operation, members", [
    ("ecs ListClusters", {"maxResults": "many"}),
    ("ecs ListClusters", {"nextToken": {}}),
    ("ecs DescribeClusters", {"clusters": "default"}),
    ("ecs DescribeClusters", {"clusters": [["default"]]}),
    ("ecs RegisterTaskDefinition", {"family": 1.5, "containerDefinitions": {}}),
    ("ecs RegisterTaskDefinition", {"family": "a", "containerDefinitions": [CONTAINER | {"essential": "perhaps"}]}),
    ("ecs RegisterTaskDefinition", {"family": "a", "containerDefinitions": [CONTAINER | {"memory": 2**70}]}),
    ("logs PutLogEvents", {"logGroupName": "a", "logStreamName": "b", "logEvents": [{"timestamp": "noon", "message": "x"}]}),
    ("logs CreateLogGroup", {"logGroupName": ["a"]}),
])
def test_wrong_types(connection, operation, members):
    assert connection.json(operation, json.dumps(members)).refusal == ("SerializationException", 400)


@pytest.mark.parametrize("operation, members, code", [
    # Missing
    ("ecs RegisterTaskDefinition", {"containerDefinitions": [CONTAINER]}, "ClientException"),
    ("ecs RegisterTaskDefinition", {"family": "a"}, "ClientException"),
    ("ecs RegisterTaskDefinition", {"family": "a", "containerDefinitions": []}, "ClientException"),
    ("ecs RegisterTaskDefinition", {"family": "a", "containerDefinitions": [{"name": "main", "memory": 32}]}, "ClientException"),
    ("ecs RunTask", {}, "ClientException"),
    ("ecs DescribeTasks", {}, "InvalidParameterException"),
    ("ecs StopTask", {}, "InvalidParameterException"),
    ("ecs TagResource", {}, "InvalidParameterException"),
    ("logs CreateLogGroup", {}, "InvalidParameterException"),
    ("logs PutLogEvents", {"logGroupName": "a"}, "InvalidParameterException"),
    # Out of range
    ("ecs ListClusters", {"maxResults": 101}, "InvalidParameterException"),
    ("ecs ListClusters", {"maxResults": -1}, "InvalidParameterException"),
    ("ecs RunTask", {"taskDefinition": "a", "count": 11}, "InvalidParameterException"),
    ("ecs CreateCluster", {"clusterName": "c" * 256}, "InvalidParameterException"),
    ("ecs CreateCluster", {"clusterName": "a/b c"}, "InvalidParameterException"),
    ("ecs RegisterTaskDefinition", {"family": "f" * 256, "containerDefinitions": [CONTAINER]}, "ClientException"),
    ("ecs RegisterTaskDefinition", {"family": "a", "containerDefinitions": [CONTAINER | {"memory": 1}]}, "ClientException"),
    ("ecs RegisterTaskDefinition", {"family": "a", "containerDefinitions": [CONTAINER] * 11}, "ClientException"),
    ("ecs DescribeTasks", {"tasks": [TASK] * 101}, "InvalidParameterException"),
    ("logs CreateLogGroup", {"logGroupName": "a b"}, "InvalidParameterException"),
    ("logs DescribeLogGroups", {"limit": 51}, "InvalidParameterException"),
    ("logs DescribeLogGroups", {"nextToken": "not one of ours"}, "InvalidParameterException"),
    ("ecs ListClusters", {"nextToken": "not one of ours"}, "InvalidParameterException"),
    # Unknown
    ("ecs DescribeTasks", {"cluster": "nowhere", "tasks": [TASK]}, "ClusterNotFoundException"),
    ("ecs RunTask", {"cluster": "nowhere", "taskDefinition": "a"}, "ClusterNotFoundException"),
    ("ecs DeleteCluster", {"cluster": "nowhere"}, "ClusterNotFoundException"),
    ("ecs RunTask", {"taskDefinition": "nothing"}, "ClientException"),
    ("ecs DescribeTaskDefinition", {"taskDefinition": "nothing"}, "ClientException"),
    ("ecs StopTask", {"task": TASK}, "InvalidParameterException"),
    ("ecs DeregisterContainerInstance", {"containerInstance": "0" * 32}, "InvalidParameterException"),
    ("logs GetLogEvents", {"logGroupName": "nothing", "logStreamName": "x"}, "ResourceNotFoundException"),
])
def test_what_is_refused(connection, operation, members, code):
    assert connection.json(operation, json.dumps(members)).refusal == (code, 400)


def test_an_unknown_task_is_a_failure(connection):
    answer = connection.json("ecs DescribeTasks", json.dumps({"tasks": [TASK]}))
    assert json.loads(answer.body) == {"tasks": [], "failures": [{"arn": TASK, "reason": "MISSING"}]}


@pytest.mark.parametrize("operation, parameters, refusal", [
    ("iam GetRole", {}, ("ValidationError", 400)),
    ("iam CreateUser", {"UserName": ""}, ("ValidationError", 400)),
    ("iam CreateUser", {"UserName": "u" * 65}, ("ValidationError", 400)),
    ("iam CreateUser", {"UserName": "a b"}, ("ValidationError", 400)),
    ("iam ListUsers", {"MaxItems": "0"}, ("ValidationError", 400)),
    ("iam ListUsers", {"MaxItems": "many"}, ("MalformedInput", 400)),
    ("iam GetUser", {"UserName": "nobody"}, ("NoSuchEntity", 404)),
    ("iam CreateRole", {"RoleName": "r", "AssumeRolePolicyDocument": "{"}, ("MalformedPolicyDocument", 400)),
    ("sts AssumeRole", {"RoleArn": "x", "RoleSessionName": "s1"}, ("ValidationError", 400)),
    ("sts GetSessionToken", {"DurationSeconds": "1"}, ("ValidationError", 400)),
    ("ec2 DescribeSubnets", {"MaxResults": "1"}, ("InvalidParameterValue", 400)),
    ("ec2 DescribeVpcs", {"VpcId.1": "garbage"}, ("InvalidVpcID.Malformed", 400)),
])
def test_what_a_form_is_refused(connection, operation, parameters, refusal):
    assert connection.query(operation, parameters).refusal == refusal


@pytest.mark.parametrize("body", ["", "Action", "Action=", "=&=&", "%", "Action=%ff%fe", "&" * 30_000, "Action=ListUsers&Version=2010-05-08&a.1.b.x=1&a=2",
                                  "Action=ListUsers&Version=2010-05-08&Tags.member.99999999999999999999.Key=a"])
@pytest.mark.parametrize("service", ["iam", "sts", "ec2"])
def test_garbled_forms(connection, service, body):
    answer = connection.query(f"{service} ListUsers", body=body)
    assert answer.status in (200, 400), answer
    assert answer.status == 200 or answer.code, answer


@pytest.mark.parametrize("operation, refusal", [
    ("ecs MakeCoffee", ("UnknownOperationException", 400)), ("logs MakeCoffee", ("UnknownOperationException", 400)),
    ("ecs CreateService", ("UnknownOperationException", 400)), ("iam MakeCoffee", ("InvalidAction", 400)),
    ("sts MakeCoffee", ("InvalidAction", 400)), ("ec2 MakeCoffee", ("InvalidAction", 400))])
def test_an_unknown_operation(connection, operation, refusal):
    assert connection.call(operation).refusal == refusal


def test_an_unknown_service(connection):
    answer = connection.signed("quantum", {"X-Amz-Target": "Quantum_2030.Leap", "Content-Type": "application/x-amz-json-1.1"}, "{}")
    assert answer.refusal == ("UnknownOperationException", 400)
    assert connection.signed("braket", {}, method="GET", path="/devices").status in (400, 403, 404)


@pytest.mark.parametrize("path", ["/../../etc/passwd", "/%2e%2e/%2e%2e/etc/passwd", "//", "/%", "/%zz", "/a?b=%", "/?" + "a&" * 2_000,
                                  "/" + "x" * 5_000, "/healthz/", "/;", "/v2/%00"])
@pytest.mark.parametrize("method", ["GET", "POST", "DELETE", "PATCH", "BREW"])
def test_garbage_paths(connection, method, path):
    answer = connection.send(method, path)
    assert 400 <= answer.status < 500, answer
    assert b"root:" not in answer.body


def test_an_oversized_body(control_plane, connection):
    """Refused before it is read. A server may then hang up, so this one has a connection of its own."""
    other = Connection(control_plane)
    other.http.putrequest("POST", "/")
    other.http.putheader("Content-Length", str(1 << 30))
    other.http.putheader("Expect", "100-continue")
    other.http.endheaders()
    assert other.http.getresponse().status == 413


def test_an_oversized_header(control_plane, connection):
    other = Connection(control_plane)
    assert other.send("GET", "/", headers={"X-Long": "x" * 70_000}).status == 431


def test_a_header_that_is_no_text(control_plane, connection):
    assert Connection(control_plane).send("GET", "/", headers={"Authorization": "\x01\x02"}).status == 400


def test_a_body_near_the_limit(connection):
    """Read whole, and then refused for what it says."""
    answer = connection.json("ecs ListClusters", json.dumps({"nextToken": "x" * 3_000_000}))
    assert answer.status == 400
