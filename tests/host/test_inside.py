"""What a container finds on 169.254.170.2, as the SDKs inside use it."""

import json

import pytest
from botocore.exceptions import ClientError
from harness.sdk import DESCRIBE_ITSELF, PROTECT_ITSELF, run_python, sdk_inside
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


def test_task_metadata_on_fargate(server, role):
    task = run(server, shell(f"{METADATA}/task; echo; {FOREVER}", memory=256), mode="awsvpc", launchType="FARGATE",
               definition={"requiresCompatibilities": ["FARGATE"], "executionRoleArn": role})
    task.running()
    [whole] = documents(task, 1)
    assert whole["LaunchType"] == "FARGATE" and whole["Cluster"] == task.describe()["clusterArn"]
    assert whole["Limits"] == {"CPU": 0.25, "Memory": 512} and whole["AvailabilityZone"]
    assert whole["ClockDrift"]["ClockSynchronizationStatus"] in ("SYNCHRONIZED", "NOT_SYNCHRONIZED")
    assert "VPCID" not in whole


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


@pytest.mark.parametrize("mode", ["bridge", "awsvpc"])
def test_an_sdk_inside_needs_no_configuration(server, role, mode):
    """boto3 as it is: its region, its endpoint and its credentials are the task's."""
    sdk_inside(server, role, mode)


def test_what_the_role_may_do_an_sdk_inside_may_do(server):
    admin = server.iam.create_role(RoleName="admin", AssumeRolePolicyDocument=TRUST)["Role"]["Arn"]
    server.iam.attach_role_policy(RoleName="admin", PolicyArn="arn:aws:iam::aws:policy/AdministratorAccess")
    task = run_python(server, DESCRIBE_ITSELF + PROTECT_ITSELF, definition={"taskRoleArn": admin}, mode="awsvpc")
    identity, described, protection = task.output()
    assert identity.endswith(f":assumed-role/admin/{task.id}")
    assert described == f"{task.arn} RUNNING" or described == f"{task.arn} PENDING"
    assert json.loads(protection) == {"failure": {"Arn": task.arn, "Detail": None, "Reason": "TASK_NOT_VALID"}}


def test_protection_without_leave(server, role):
    allowed = run_python(server, PROTECT_ITSELF, definition={"taskRoleArn": role})
    [answer] = map(json.loads, allowed.output())
    assert answer["error"]["Code"] == "AccessDeniedException" and answer["error"]["Arn"] == allowed.arn
    assert f"assumed-role/worker/{allowed.id}" in answer["error"]["Message"]
    nobody = run_python(server, PROTECT_ITSELF)
    [answer] = map(json.loads, nobody.output())
    assert answer["error"]["Message"] == "Invalid Request: no task IAM role credentials available for task"


def test_no_trick_gives_another_tasks_credentials(server, role):
    """Headers, paths and a taken address: the owner's id is known, its credentials are not."""
    owner = run(server, shell(f"echo $AWS_CONTAINER_CREDENTIALS_RELATIVE_URI; echo $ECS_CONTAINER_METADATA_URI_V4; {FOREVER}"),
                mode="awsvpc", definition={"taskRoleArn": role})
    path = owner.wait_line("/v2/credentials/")
    metadata = owner.wait_line("http://169.254.170.2/v4/").removeprefix("http://169.254.170.2")
    address = owner.describe()["containers"][0]["networkInterfaces"][0]["privateIpv4Address"]
    ask = "timeout 2 wget -q -O - http://169.254.170.2"
    thief = shell("{ " + "; ".join([
        f"{ask}{path} --header 'X-Forwarded-For: {address}' --header 'X-Real-IP: {address}'",
        f"{ask}/v4/x/../{metadata.rpartition('/')[2]}",
        f"{ask}{metadata}/task",
        f"{ask}{path}-execution",
        "ip addr flush dev eth0", f"ip addr add {address}/32 dev eth0", "ip route replace 169.254.170.2 dev eth0",
        f"ip addr show dev eth0 | grep -o {address}",
        f"{ask}{path} && echo stolen", f"{ask}{metadata} && echo stolen",
        "echo done"]) + "; } 2>/dev/null", linuxParameters={"capabilities": {"add": ["NET_ADMIN"]}})
    assert run(server, thief, mode="awsvpc").output() == [address, "done"]
    bridged = run(server, shell(f"{{ {ask}{path}; {ask}{metadata}; echo done; }} 2>/dev/null"))
    assert bridged.output() == ["done"]
    owner.stop()


def test_a_flood_is_measured_and_harms_nobody_else(server):
    """60 at once and then 40 a second, for each task; silent connections are 64 at most."""
    # head reads what one slow wget would not: busybox's nc keeps its connections open and says nothing.
    flood = run(server, shell(
        f"i=0; while [ $i -lt 100 ]; do (sleep 20 | nc 169.254.170.2 80 >/dev/null) & i=$((i+1)); done; sleep 1; echo silent; {FOREVER}"), mode="awsvpc")
    flood.wait_line("silent")
    other = run(server, shell(f"{METADATA}/task | grep -c TaskARN"), mode="awsvpc")
    assert other.output() == ["1"]
    flood.stop()
    hasty = run_python(server, """
import collections, http.client, os
connection = http.client.HTTPConnection("169.254.170.2")
seen = collections.Counter()
for _ in range(300):
    connection.request("GET", os.environ["ECS_CONTAINER_METADATA_URI_V4"].removeprefix("http://169.254.170.2"))
    answer = connection.getresponse()
    answer.read()
    seen[answer.status] += 1
print(seen[200] >= 60 and seen[429] > 0 and seen[200] + seen[429] == 300, dict(seen))
""", mode="awsvpc")
    [told] = hasty.output()
    assert told.startswith("True"), told


LARGE_BODIES = """
import os, select, socket, urllib.request
head = b"POST / HTTP/1.1\\r\\nHost: x\\r\\nContent-Length: 8388608\\r\\n\\r\\n"
held = []
for _ in range(8):
    peer = socket.create_connection(("169.254.170.2", 80), timeout=20)
    held.append(peer)
    try:
        peer.sendall(head + bytes(4 << 20))
    except OSError:
        pass  # it has answered already
answered, _, _ = select.select(held, [], [], 20)
answer = answered[0].recv(4096).decode() if answered else "nothing"
print(answer.split()[1], answer.rpartition("\\n")[2])
print("ordinary", urllib.request.urlopen(os.environ["AWS_ENDPOINT_URL"] + "/healthz").status)
"""


def test_large_bodies_are_bounded_together(server):
    """Eight times four mebibytes do not fit into what one container may have on their way; an ordinary call still does."""
    task = run_python(server, LARGE_BODIES, mode="awsvpc")
    assert task.output() == ["503 Too many large requests are under way. Try again.", "ordinary 200"]


def test_the_cluster_may_keep_our_endpoint_out(server):
    cluster = server.ecs.describe_clusters()["clusters"][0]["clusterArn"]
    script = "echo ${AWS_ENDPOINT_URL:-none} $AWS_REGION $AWS_DEFAULT_REGION $AWS_EXECUTION_ENV"
    server.ecs.tag_resource(resourceArn=cluster, tags=[{"key": "slipway:aws-endpoint-url", "value": "off"}])
    try:
        task = run(server, shell(script))
        own = run(server, shell(script, environment=[{"name": "AWS_ENDPOINT_URL", "value": "http://own:1"}]))
        assert task.output() == ["none us-east-1 us-east-1 AWS_ECS_EC2"]
        assert own.output() == ["http://own:1 us-east-1 us-east-1 AWS_ECS_EC2"]
    finally:
        server.ecs.untag_resource(resourceArn=cluster, tagKeys=["slipway:aws-endpoint-url"])
    assert run(server, shell(script)).output() == ["http://169.254.170.2 us-east-1 us-east-1 AWS_ECS_EC2"]
    own = run(server, shell(script, environment=[{"name": "AWS_ENDPOINT_URL", "value": "http://own:1"}]))
    assert own.output() == ["http://own:1 us-east-1 us-east-1 AWS_ECS_EC2"]


def test_the_api_from_inside(server):
    """AWS_ENDPOINT_URL is set, and leads to us; unsigned calls are refused there as well."""
    task = run(server, shell("wget -q -O - $AWS_ENDPOINT_URL/healthz >/dev/null && echo healthy; "
                             "wget -O - --post-data 'Action=GetCallerIdentity&Version=2011-06-15' $AWS_ENDPOINT_URL/ 2>&1 | grep -o '403 Forbidden'; "
                             "echo $AWS_REGION"))
    assert task.output() == ["healthy", "403 Forbidden", "us-east-1"]
