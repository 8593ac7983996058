"""Routes and blocks of a VPC, changed over EC2's API while a task runs in it."""

import pytest
from harness.tasks import FOREVER, PAGE, SERVE, fetch, run, shell
from harness.waiting import eventually

from test_network import bindings, host_address


@pytest.fixture
def vpc(server):
    """A VPC with a gateway and a route to it, and a network configuration for a subnet of a block of it."""
    ec2, made = server.ec2, {}
    made["vpc"] = ec2.create_vpc(CidrBlock="10.78.0.0/16")["Vpc"]["VpcId"]
    made["gateway"] = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    ec2.attach_internet_gateway(InternetGatewayId=made["gateway"], VpcId=made["vpc"])
    [table] = ec2.describe_route_tables(Filters=[{"Name": "vpc-id", "Values": [made["vpc"]]}])["RouteTables"]
    made["route"] = {"RouteTableId": table["RouteTableId"], "DestinationCidrBlock": "0.0.0.0/0"}
    ec2.create_route(GatewayId=made["gateway"], **made["route"])
    made["group"] = ec2.create_security_group(GroupName="open", Description="open", VpcId=made["vpc"])["GroupId"]
    ec2.authorize_security_group_ingress(GroupId=made["group"], IpPermissions=[{"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}])

    def start(container, block="10.78.1.0/24"):
        subnet = ec2.create_subnet(VpcId=made["vpc"], CidrBlock=block)["Subnet"]["SubnetId"]
        network = {"subnets": [subnet], "securityGroups": [made["group"]], "assignPublicIp": "ENABLED"}
        del container["logConfiguration"]  # which Fargate wants an execution role for
        task = run(server, container, mode="awsvpc", definition={"requiresCompatibilities": ["FARGATE"]}, launchType="FARGATE",
                   networkConfiguration={"awsvpcConfiguration": network})
        task.running()
        return task, task.container()["networkInterfaces"][0]["privateIpv4Address"]

    made["start"] = start
    return made


def test_a_way_out_is_taken_away_and_given_back(server, vpc):
    address = host_address()
    if not address:
        pytest.skip("this host has no address but loopback")
    beyond = run(server, shell(SERVE, portMappings=[{"containerPort": 80}]))
    beyond.running()
    url = f"http://{address}:{bindings(beyond)[0]['hostPort']}/"
    # Shows on its own page what it reaches.
    task, own = vpc["start"](shell(f"mkdir /tmp/www; httpd -p 80 -h /tmp/www; while :; do "
                                   f"wget -T 1 -q -O /dev/null {url} 2>/dev/null && echo yes >/tmp/n || echo no >/tmp/n; "
                                   "mv /tmp/n /tmp/www/index.html; sleep 0.2; done"))

    def says(wanted):
        eventually(lambda: fetch(own).strip() == wanted, f"the task to say {wanted!r}")

    says("yes")
    server.ec2.delete_route(**vpc["route"])
    says("no")
    server.ec2.create_route(GatewayId=vpc["gateway"], **vpc["route"])
    says("yes")
    task.stop()
    beyond.stop()


def test_tasks_of_two_blocks_reach_each_other(server, vpc):
    web, address = vpc["start"](shell(SERVE))
    association = server.ec2.associate_vpc_cidr_block(VpcId=vpc["vpc"], CidrBlock="10.79.0.0/16")["CidrBlockAssociation"]["AssociationId"]
    task, own = vpc["start"](shell("mkdir /tmp/www; httpd -p 80 -h /tmp/www; "
                                   f"until wget -T 1 -q -O /tmp/www/index.html http://{address}/; do sleep 0.2; done; " + FOREVER), "10.79.1.0/24")
    assert own.startswith("10.79.1.")
    assert fetch(own) == PAGE
    with pytest.raises(server.ec2.exceptions.ClientError, match="currently has a subnet within CIDR block 10.79.0.0/16"):
        server.ec2.disassociate_vpc_cidr_block(AssociationId=association)
    task.stop()
    web.stop()
