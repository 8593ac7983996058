"""A task in a VPC that was made for it: a real container, and what EC2 shows of it meanwhile."""

from ec2_calls import filters, make_gateway, make_subnet, make_vpc, remove
from harness.tasks import PAGE, SERVE, fetch, run, shell


def test_a_task_in_a_vpc_of_its_own(server, refused):
    ec2 = server.ec2
    vpc = make_vpc(ec2, "10.77.0.0/16")
    subnet, gateway = make_subnet(ec2, vpc, "10.77.1.0/24"), make_gateway(ec2, vpc)
    group = ec2.create_security_group(GroupName="web", Description="web", VpcId=vpc)["GroupId"]
    ec2.authorize_security_group_ingress(GroupId=group, IpProtocol="tcp", FromPort=80, ToPort=80, CidrIp="0.0.0.0/0")
    network = {"awsvpcConfiguration": {"subnets": [subnet], "securityGroups": [group], "assignPublicIp": "ENABLED"}}
    container = shell(SERVE)
    del container["logConfiguration"]  # which Fargate wants an execution role for
    task = run(server, container, mode="awsvpc", definition={"requiresCompatibilities": ["FARGATE"]}, launchType="FARGATE", networkConfiguration=network)
    task.running()

    [eni] = ec2.describe_network_interfaces(Filters=filters(vpc_id=vpc))["NetworkInterfaces"]
    details = {each["name"]: each["value"] for each in task.describe()["attachments"][0]["details"]}
    assert details["networkInterfaceId"] == eni["NetworkInterfaceId"] and details["privateIPv4Address"] == eni["PrivateIpAddress"]
    assert eni["PrivateIpAddress"].startswith("10.77.1.") and [each["GroupId"] for each in eni["Groups"]] == [group]
    assert (eni["Status"], eni["RequesterManaged"]) == ("in-use", True) and "Association" not in eni, "no public address is invented"
    assert ec2.describe_subnets(SubnetIds=[subnet])["Subnets"][0]["AvailableIpAddressCount"] == 250
    assert fetch(eni["PrivateIpAddress"]) == PAGE

    told = refused(ec2.delete_network_interface, NetworkInterfaceId=eni["NetworkInterfaceId"])
    assert told == ("InvalidParameterValue", 400, f"Network interface '{eni['NetworkInterfaceId']}' is currently in use.")
    assert refused(ec2.modify_network_interface_attribute, NetworkInterfaceId=eni["NetworkInterfaceId"], Groups=[group])[0] == "AuthFailure"
    assert refused(ec2.delete_security_group, GroupId=group)[0] == "DependencyViolation"
    assert refused(ec2.delete_subnet, SubnetId=subnet)[0] == "DependencyViolation"
    assert refused(ec2.detach_internet_gateway, InternetGatewayId=gateway, VpcId=vpc)[0] == "DependencyViolation"
    task.stop()
    remove(ec2, vpc)
