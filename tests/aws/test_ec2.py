"""The default VPC and what lies in it, through boto3."""

import ipaddress


def test_the_default_vpc(control_plane):
    ec2 = control_plane.ec2
    [vpc] = ec2.describe_vpcs(Filters=[{"Name": "is-default", "Values": ["true"]}])["Vpcs"]
    assert vpc["CidrBlock"] == "172.31.0.0/16"
    subnets = ec2.describe_subnets(Filters=[{"Name": "vpc-id", "Values": [vpc["VpcId"]]}])["Subnets"]
    zones = {zone["ZoneName"] for zone in ec2.describe_availability_zones()["AvailabilityZones"]}
    assert subnets and {subnet["AvailabilityZone"] for subnet in subnets} <= zones
    for subnet in subnets:
        assert ipaddress.ip_network(subnet["CidrBlock"]).subnet_of(ipaddress.ip_network(vpc["CidrBlock"]))
    [group] = ec2.describe_security_groups(Filters=[{"Name": "group-name", "Values": ["default"]}])["SecurityGroups"]
    assert group["VpcId"] == vpc["VpcId"]
    assert ec2.describe_network_interfaces()["NetworkInterfaces"] == []


def test_what_is_not_there(control_plane, refused):
    ec2 = control_plane.ec2
    assert refused(ec2.describe_vpcs, VpcIds=["vpc-0123456789abcdef0"])[:2] == ("InvalidVpcID.NotFound", 400)
    assert refused(ec2.describe_subnets, SubnetIds=["subnet-0123456789abcdef0"])[:2] == ("InvalidSubnetID.NotFound", 400)
    assert refused(ec2.describe_security_groups, GroupIds=["sg-0123456789abcdef0"])[:2] == ("InvalidGroup.NotFound", 400)
    assert refused(ec2.describe_network_interfaces, NetworkInterfaceIds=["eni-0123456789abcdef0"])[:2] == (
        "InvalidNetworkInterfaceID.NotFound", 400)
    assert refused(ec2.describe_vpcs, Filters=[{"Name": "colour", "Values": ["red"]}])[:2] == ("InvalidParameterValue", 400)


def test_pages(control_plane):
    pages = list(control_plane.ec2.get_paginator("describe_subnets").paginate(PaginationConfig={"PageSize": 5}))
    ids = [subnet["SubnetId"] for page in pages for subnet in page["Subnets"]]
    assert len(ids) == len(set(ids)) == len(control_plane.ec2.describe_subnets()["Subnets"])
