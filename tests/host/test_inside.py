"""What a container finds on 169.254.170.2, as the SDKs inside use it."""

import json

import pytest
from botocore.exceptions import ClientError
from harness.tasks import FOREVER, TRUST, run, shell
from harness.waiting import eventually

METADATA = "wget -q -O - $ECS_CONTAINER_METADATA_URI_V4"
# The node knows that a container runs a moment after the container does.
WAIT_RUNNING = f"until {METADATA} | grep -q '\"KnownStatus\":\"RUNNING\"'; do sleep 0.1; done"
CREDENTIALS = "wget -q -O - http://169.254.170.2$AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"


def documents(task, count):
    """One JSON document per line."""
    lines = eventually(lambda: len(task.lines()) >= count and task.lines(), f"{count} lines")
    return [json.loads(line) for line in lines[:count]]


@pytest.fixture(scope="module")
def role(server):
    return server.iam.create_role(RoleName="worker", AssumeRolePolicyDocument=TRUST)["Role"]["Arn"]


@pytest.mark.parametrize("mode", ["bridge", "awsvpc"])
def test_task_metadata(server, mode):
    task = run(server, shell(f"{WAIT_RUNNING}; {METADATA}; echo; {METADATA}/task; echo; {FOREVER}", dockerLabels={"team": "harbour"}), mode=mode)
    task.running()
    container, whole = documents(task, 2)
    described = task.describe()
    assert container["Name"] == "main" and container["Image"] == "hello:1"
    assert container["DockerId"] == described["containers"][0]["runtimeId"]
    assert container["ImageID"].startswith("sha256:")
    assert container["Labels"]["team"] == "harbour"
    assert container["Labels"]["com.amazonaws.ecs.task-arn"] == task.arn
    assert container["KnownStatus"] == "RUNNING" and container["DesiredStatus"] == "RUNNING"
    assert container["Limits"]["Memory"] == 64
    assert container["LogDriver"] == "awslogs" and container["LogOptions"]["awslogs-stream"] == f"t/main/{task.id}"
    assert whole["TaskARN"] == task.arn and whole["Cluster"].endswith("default")
    assert whole["Family"] == described["taskDefinitionArn"].rpartition("/")[2].split(":")[0]
    assert [each["Name"] for each in whole["Containers"]] == ["main"]
    [network] = container["Networks"]
    assert network["NetworkMode"] == mode
    if mode == "awsvpc":
        details = {each["name"]: each["value"] for each in described["attachments"][0]["details"]}
        assert network["IPv4Addresses"] == [details["privateIPv4Address"]]
        assert network["MACAddress"] == details["macAddress"]


def test_figures(server):
    busy = "dd if=/dev/zero of=/dev/null bs=64k count=20000 2>/dev/null"
    task = run(server, shell(f"{busy}; sleep 2; {METADATA}/stats; echo; {METADATA}/task/stats; echo; {FOREVER}"), mode="awsvpc")
    task.running()
    own, whole = documents(task, 2)
    assert own["cpu_stats"]["cpu_usage"]["total_usage"] > 10_000_000  # ns
    assert own["memory_stats"]["usage"] > 0 and own["memory_stats"]["limit"] == 64 << 20
    assert own["pids_stats"]["current"] >= 2
    assert own["networks"]["eth0"]["rx_bytes"] > 0
    assert list(whole) == [task.container()["runtimeId"]]


def test_credentials_of_the_task_role(server, role):
    task = run(server, shell(f"{CREDENTIALS}; echo; {FOREVER}"), definition={"taskRoleArn": role})
    task.running()
    [found] = documents(task, 1)
    assert found["RoleArn"] == role and found["Expiration"].endswith("Z")
    sts = server.client("sts", (found["AccessKeyId"], found["SecretAccessKey"], found["Token"]))
    identity = sts.get_caller_identity()
    assert identity["Arn"] == f"arn:aws:sts::000000000000:assumed-role/worker/{task.id}"
    task.stop()
    with pytest.raises(ClientError) as refused:
        sts.get_caller_identity()
    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 403


def test_credentials_of_another_task_are_not_given_out(server, role):
    owner = run(server, shell(f"echo $AWS_CONTAINER_CREDENTIALS_RELATIVE_URI; {FOREVER}"), mode="awsvpc", definition={"taskRoleArn": role})
    path = owner.wait_line("/v2/credentials/")
    thief = run(server, shell(f"wget -q -O - http://169.254.170.2{path} 2>/dev/null || echo refused"), mode="awsvpc")
    assert [line for line in thief.output() if "AccessKeyId" in line] == []
    assert thief.lines()[-1] == "refused"


def test_no_role_no_credentials(server):
    task = run(server, shell("echo ${AWS_CONTAINER_CREDENTIALS_RELATIVE_URI:-none}"))
    assert task.output() == ["none"]


def test_the_api_from_inside(server):
    """AWS_ENDPOINT_URL is set, and leads to us; unsigned calls are refused there as well."""
    task = run(server, shell("wget -q -O - $AWS_ENDPOINT_URL/healthz >/dev/null && echo healthy; "
                             "wget -O - --post-data 'Action=GetCallerIdentity&Version=2011-06-15' $AWS_ENDPOINT_URL/ 2>&1 | grep -o '403 Forbidden'; "
                             "echo $AWS_REGION"))
    assert task.output() == ["healthy", "403 Forbidden", "us-east-1"]
