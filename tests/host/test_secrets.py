"""Secrets of a task definition: fetched as the execution role, in the container's environment and nowhere else."""

import json

import pytest
from botocore.exceptions import ClientError
from harness.tasks import TRUST, register, run, shell
from harness.waiting import eventually

PARAMETER, PASSWORD, OTHER = "s3cr3t-parameter", "s3cr3t-password", "s3cr3t-before"


def role(server, name, *statements):
    arn = server.iam.create_role(RoleName=name, AssumeRolePolicyDocument=TRUST)["Role"]["Arn"]
    if statements:
        server.iam.put_role_policy(RoleName=name, PolicyName="p", PolicyDocument=json.dumps(
            {"Version": "2012-10-17", "Statement": list(statements)}))
    return arn


def allow(resource, *actions):
    return {"Effect": "Allow", "Action": list(actions), "Resource": resource}


@pytest.fixture(scope="module")
def places(server):
    """Where the values are: a parameter, and a secret with two versions."""
    ssm, manager = server.client("ssm"), server.client("secretsmanager")
    ssm.put_parameter(Name="/app/word", Value=PARAMETER, Type="SecureString")
    secret = manager.create_secret(Name="db", SecretString=json.dumps({"user": "app", "password": OTHER, "port": 5432}))["ARN"]
    manager.put_secret_value(SecretId=secret, SecretString=json.dumps({"user": "app", "password": PASSWORD, "port": 5432}))
    return {"parameter": ssm.get_parameter(Name="/app/word")["Parameter"]["ARN"], "secret": secret}


@pytest.fixture(scope="module")
def execution_role(server, places):
    return role(server, "may-read", allow(places["parameter"].replace("word", "*"), "ssm:GetParameters"),
                allow(places["secret"], "secretsmanager:GetSecretValue"))


def test_values_reach_the_container(server, places, execution_role):
    secret = places["secret"]
    wanted = {"BY_NAME": "/app/word", "BY_ARN": places["parameter"], "WHOLE": secret, "KEY": secret + ":password::",
              "BEFORE": secret + ":password:AWSPREVIOUS:", "NUMBER": secret + ":port::"}
    task = run(server, shell('for name in BY_NAME BY_ARN KEY BEFORE NUMBER WHOLE; do eval echo $name \\$$name; done',
                             secrets=[{"name": name, "valueFrom": place} for name, place in wanted.items()]),
               definition={"executionRoleArn": execution_role})
    assert task.output()[:5] == [f"BY_NAME {PARAMETER}", f"BY_ARN {PARAMETER}", f"KEY {PASSWORD}", f"BEFORE {OTHER}", "NUMBER 5432"]
    described = json.dumps([task.describe(), server.ecs.describe_task_definition(
        taskDefinition=task.describe()["taskDefinitionArn"])], default=str)
    for value in (PARAMETER, PASSWORD, OTHER):
        assert value not in described and value not in server.log.read_text()


def test_none_lies_in_the_agents_files(server, places, execution_role):
    task = run(server, shell("trap 'exit 0' TERM; echo up; while :; do sleep 1 & wait $!; done",
                             secrets=[{"name": "S", "valueFrom": "/app/word"}]), definition={"executionRoleArn": execution_role})
    task.wait_line("up")
    files = [path for path in (server.data_dir / "agent").rglob("*") if path.is_file()]
    assert any(task.id in str(path) for path in files)
    assert not [path for path in files if PARAMETER.encode() in path.read_bytes()]
    task.stop()


def test_an_execution_role_that_may_not_read_starts_nothing(server, places):
    task = run(server, shell("echo never", secrets=[{"name": "S", "valueFrom": places["secret"]}]),
               definition={"executionRoleArn": role(server, "may-nothing")})
    stopped = task.stopped()
    assert stopped["stopCode"] == "TaskFailedToStart"
    assert stopped["stoppedReason"].startswith(
        "ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: "
        f"unable to retrieve secret from asm: service call has been retried 1 time(s): failed to fetch secret {places['secret']} "
        "from secrets manager: AccessDeniedException: "), stopped["stoppedReason"]
    assert "secretsmanager:GetSecretValue" in stopped["stoppedReason"] and task.lines() == []


@pytest.mark.parametrize("place, why", [("/app/none", "Invalid parameters: /app/none"),
                                        (":none::", "did not contain json key none")])
def test_what_is_not_there_is_named(server, places, execution_role, place, why):
    if place.startswith(":"):
        place = places["secret"] + place
    stopped = run(server, shell("echo never", secrets=[{"name": "S", "valueFrom": place}]),
                  definition={"executionRoleArn": execution_role}).stopped()
    assert stopped["stopCode"] == "TaskFailedToStart" and why in stopped["stoppedReason"], stopped["stoppedReason"]
    assert PASSWORD not in stopped["stoppedReason"]


def test_a_definition_that_cannot_work_is_refused(server, execution_role):
    secret = {"name": "S", "valueFrom": "/app/word"}
    with pytest.raises(ClientError, match="you must also specify a value for 'executionRoleArn'"):
        register(server, shell("true", secrets=[secret]))
    with pytest.raises(ClientError, match="The secret name must be unique"):
        register(server, shell("true", secrets=[secret], environment=[{"name": "S", "value": "x"}]), executionRoleArn=execution_role)


def test_a_task_starts_again_with_them_after_its_server_was_killed(server, places, execution_role):
    task = run(server, shell("sleep 4; exit 0", name="first", essential=False),
               shell("echo $S", secrets=[{"name": "S", "valueFrom": "/app/word"}],
                     dependsOn=[{"containerName": "first", "condition": "SUCCESS"}]),
               definition={"executionRoleArn": execution_role})
    eventually(lambda: task.container("first")["lastStatus"] == "RUNNING", "the first to run")
    server.kill()
    server.start().wait_joined()
    assert task.output() == [PARAMETER]
