"""Security groups between real tasks, changed over EC2's API while they run."""

import pytest
from botocore.exceptions import ClientError

from harness.tasks import FOREVER, SERVE, run, shell, subnet
from harness.waiting import eventually

# Says what it reaches, again and again.
ASK = "while :; do echo | nc -w 1 %s %d >/dev/null 2>&1 && echo yes || echo no; sleep 0.2; done"


@pytest.fixture
def group(server):
    """Makes a group of the default VPC; gives its id."""
    made = []

    def make(name):
        vpc = server.ec2.describe_vpcs()["Vpcs"][0]["VpcId"]
        try:
            made.append(server.ec2.create_security_group(GroupName=name, Description=name, VpcId=vpc)["GroupId"])
        except ClientError as error:
            if error.response["Error"]["Code"] == "InvalidAction":
                pytest.skip("this build's EC2 has no CreateSecurityGroup")
            raise
        return made[-1]

    return make


def start(server, container, *groups):
    network = {"awsvpcConfiguration": {"subnets": [subnet(server)], "securityGroups": list(groups)}}
    task = run(server, container, mode="awsvpc", networkConfiguration=network)
    task.running()
    return task, task.container()["networkInterfaces"][0]["privateIpv4Address"]


def now_says(task, wanted):
    """Waits until its newest lines all say so: what was under way is over."""
    eventually(lambda: task.lines()[-2:] == [wanted] * 2, f"{task.id} to say {wanted!r}; it says {task.lines()[-5:]}")


def http_from(group_id):
    return [{"IpProtocol": "tcp", "FromPort": 80, "ToPort": 80, "UserIdGroupPairs": [{"GroupId": group_id}]}]


def test_a_rule_lets_in_and_its_end_keeps_out(server, group):
    web_group, client_group, other_group = group("web"), group("client"), group("other")
    _, address = start(server, shell(SERVE), web_group)
    client, _ = start(server, shell(ASK % (address, 80)), client_group)
    other, _ = start(server, shell(ASK % (address, 80)), other_group)
    now_says(client, "no")
    server.ec2.authorize_security_group_ingress(GroupId=web_group, IpPermissions=http_from(client_group))
    now_says(client, "yes")
    now_says(other, "no")
    server.ec2.revoke_security_group_ingress(GroupId=web_group, IpPermissions=http_from(client_group))
    now_says(client, "no")
    # A new member of a group that is let in is let in.
    server.ec2.authorize_security_group_ingress(GroupId=web_group, IpPermissions=http_from(other_group))
    now_says(other, "yes")
    late, _ = start(server, shell(ASK % (address, 80)), other_group)
    now_says(late, "yes")
    now_says(client, "no")


def test_egress_is_asked_too(server, group):
    web_group, client_group = group("web2"), group("client2")
    server.ec2.authorize_security_group_ingress(GroupId=web_group, IpPermissions=http_from(client_group))
    _, address = start(server, shell(SERVE), web_group)
    client, _ = start(server, shell(ASK % (address, 80)), client_group)
    now_says(client, "yes")
    everything = [{"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}]
    server.ec2.revoke_security_group_egress(GroupId=client_group, IpPermissions=everything)
    now_says(client, "no")
    server.ec2.authorize_security_group_egress(GroupId=client_group, IpPermissions=[
        {"IpProtocol": "tcp", "FromPort": 80, "ToPort": 80, "IpRanges": [{"CidrIp": f"{address}/32"}]}])
    now_says(client, "yes")


def test_rules_hold_while_the_server_is_away(server, group):
    web_group, client_group = group("web3"), group("client3")
    _, address = start(server, shell(SERVE), web_group)
    client, _ = start(server, shell(ASK % (address, 80)), client_group)
    now_says(client, "no")
    server.kill()
    server.start().wait_joined()
    server.ec2.authorize_security_group_ingress(GroupId=web_group, IpPermissions=http_from(client_group))
    now_says(client, "yes")


def test_the_default_group_lets_in_its_own(server, group):
    stranger_group = group("stranger")
    serving = run(server, shell(SERVE), mode="awsvpc")
    serving.running()
    address = serving.container()["networkInterfaces"][0]["privateIpv4Address"]
    friend = run(server, shell(ASK % (address, 80)), mode="awsvpc")
    stranger, _ = start(server, shell(ASK % (address, 80)), stranger_group)
    now_says(friend, "yes")
    now_says(stranger, "no")


def test_a_task_does_not_reach_the_server_by_the_host(server):
    port = server.endpoint.rpartition(":")[2]
    task = run(server, shell(f"echo | nc -w 1 169.254.176.0 {port} >/dev/null 2>&1 && echo reached || echo no; "
                             "wget -q -O /dev/null $AWS_ENDPOINT_URL/healthz && echo yes"), mode="awsvpc")
    assert task.output() == ["no", "yes"]
