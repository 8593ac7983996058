"""What only one node of a machine can have: the host's routes to the default VPC and to 169.254.170.2.

ctest runs this alone; by hand it waits for other nodes to go, and skips where they stay.
"""

import json
import time

import pytest
from botocore.exceptions import ClientError
from harness.leftovers import json_of
from harness.sdk import sdk_inside
from harness.tasks import FOREVER, PAGE, SERVE, TRUST, fetch, run, shell, subnet


def need_route(server, prefix):
    def in_the_way():
        routes = [route for route in json_of("ip", "-j", "route") if route["dst"].startswith(prefix)]
        return [route for route in routes if not route["dev"].startswith("s" + server.node_id)]

    for _ in range(100):
        if not in_the_way():
            return
        time.sleep(0.1)
    pytest.skip(f"another node or network of this machine has the route: {in_the_way()}")


@pytest.fixture
def vpc_reached(server):
    need_route(server, "172.31.")


@pytest.fixture
def metadata_reached(server):
    need_route(server, "169.254.170.2")


def test_awsvpc_has_an_address_that_the_host_reaches(server, vpc_reached):
    task = run(server, shell(SERVE, portMappings=[{"containerPort": 80}]), mode="awsvpc")
    running = task.running()
    [interface] = task.container()["networkInterfaces"]
    address = interface["privateIpv4Address"]
    assert fetch(address) == PAGE
    [attachment] = running["attachments"]
    details = {each["name"]: each["value"] for each in attachment["details"]}
    assert attachment["type"] == "ElasticNetworkInterface" and attachment["status"] == "ATTACHED"
    assert details["privateIPv4Address"] == address
    assert details["subnetId"] == subnet(server)
    [known] = server.ec2.describe_network_interfaces(NetworkInterfaceIds=[details["networkInterfaceId"]])["NetworkInterfaces"]
    assert known["PrivateIpAddress"] == address and known["MacAddress"] == details["macAddress"]
    task.stop()
    with pytest.raises(ClientError, match="InvalidNetworkInterfaceID.NotFound"):
        server.ec2.describe_network_interfaces(NetworkInterfaceIds=[details["networkInterfaceId"]])


def test_fargate(server, vpc_reached):
    role = server.iam.create_role(RoleName="execution", AssumeRolePolicyDocument=TRUST)["Role"]["Arn"]
    task = run(server, shell(SERVE, memory=256, portMappings=[{"containerPort": 80}]), mode="awsvpc", launchType="FARGATE",
               definition={"requiresCompatibilities": ["FARGATE"], "executionRoleArn": role})
    running = task.running()
    assert running["launchType"] == "FARGATE" and running["platformVersion"]
    assert fetch(task.container()["networkInterfaces"][0]["privateIpv4Address"]) == PAGE


def test_metadata_in_the_host_s_network(server, metadata_reached):
    task = run(server, shell(f"wget -q -O - $ECS_CONTAINER_METADATA_URI_V4/task; echo; {FOREVER}"), mode="host")
    task.running()
    document = json.loads(task.wait_line("{"))
    assert document["TaskARN"] == task.arn
    assert document["Containers"][0]["Networks"][0]["NetworkMode"] == "host"


def test_an_sdk_in_the_host_s_network(server, metadata_reached):
    role = server.iam.create_role(RoleName="worker", AssumeRolePolicyDocument=TRUST)["Role"]["Arn"]
    sdk_inside(server, role, "host")


def test_ids_of_others_in_the_host_s_network(server, metadata_reached):
    """An address says nothing there, so the id decides: another task's from its own network is refused."""
    role = server.iam.create_role(RoleName="other", AssumeRolePolicyDocument=TRUST)["Role"]["Arn"]
    owner = run(server, shell(f"echo $AWS_CONTAINER_CREDENTIALS_RELATIVE_URI; {FOREVER}"), mode="awsvpc", definition={"taskRoleArn": role})
    path = owner.wait_line("/v2/credentials/")
    thief = run(server, shell(f"wget -q -O - http://169.254.170.2{path} 2>/dev/null || echo refused"), mode="host")
    assert thief.output() == ["refused"]
    mine = run(server, shell(f"echo $AWS_CONTAINER_CREDENTIALS_RELATIVE_URI; {FOREVER}"), mode="host", definition={"taskRoleArn": role})
    path = mine.wait_line("/v2/credentials/")
    for mode in ("awsvpc", "bridge"):
        thief = run(server, shell(f"wget -q -O - http://169.254.170.2{path} 2>/dev/null || echo refused"), mode=mode)
        assert thief.output() == ["refused"], mode
