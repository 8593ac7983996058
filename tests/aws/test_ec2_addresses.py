"""Addresses, NAT gateways and network interfaces: the calls of Terraform's aws_eip, aws_nat_gateway and aws_network_interface."""

import ipaddress

import pytest
from ec2_calls import filters, make_gateway, make_subnet, make_vpc, remove, tags


@pytest.fixture
def ec2(control_plane):
    return control_plane.ec2


@pytest.fixture
def vpc(ec2):
    made = make_vpc(ec2)
    yield made
    remove(ec2, made)


@pytest.fixture
def address(ec2):
    made = ec2.allocate_address(Domain="vpc")
    yield made
    ec2.release_address(AllocationId=made["AllocationId"])


def describe(ec2, address):
    return ec2.describe_addresses(AllocationIds=[address["AllocationId"]])["Addresses"][0]


def test_an_address_as_terraform_makes_and_reads_it(ec2, refused):
    made = ec2.allocate_address(Domain="vpc", TagSpecifications=tags("elastic-ip", Name="nat"))
    assert made["AllocationId"].startswith("eipalloc-") and made["Domain"] == "vpc"
    assert ipaddress.ip_address(made["PublicIp"]) in ipaddress.ip_network("198.18.0.0/15"), "nobody's address is promised"
    shown = describe(ec2, made)
    assert shown["PublicIp"] == made["PublicIp"] and "AssociationId" not in shown and shown["Tags"] == [{"Key": "Name", "Value": "nat"}]
    assert ec2.describe_addresses(PublicIps=[made["PublicIp"]])["Addresses"] == [shown]
    assert ec2.describe_addresses(Filters=filters(public_ip=made["PublicIp"], domain="vpc"))["Addresses"] == [shown]
    [attribute] = ec2.describe_addresses_attribute(AllocationIds=[made["AllocationId"]], Attribute="domain-name")["Addresses"]
    assert "PtrRecord" not in attribute
    ec2.release_address(AllocationId=made["AllocationId"])
    assert refused(ec2.describe_addresses, AllocationIds=[made["AllocationId"]])[:2] == ("InvalidAllocationID.NotFound", 400)
    assert refused(ec2.release_address, AllocationId=made["AllocationId"])[0] == "InvalidAllocationID.NotFound"
    assert refused(ec2.release_address, PublicIp="8.8.8.8")[0] == "InvalidAddress.NotFound"


def test_an_interface_and_its_address(ec2, vpc, address, refused):
    subnet = make_subnet(ec2, vpc)
    eni = ec2.create_network_interface(SubnetId=subnet)["NetworkInterface"]["NetworkInterfaceId"]
    pair = {"AllocationId": address["AllocationId"], "NetworkInterfaceId": eni}
    assert refused(ec2.associate_address, **pair)[0] == "Gateway.NotAttached"
    gateway = make_gateway(ec2, vpc)
    association = ec2.associate_address(**pair)["AssociationId"]
    assert ec2.associate_address(**pair)["AssociationId"] == association
    shown = ec2.describe_network_interfaces(NetworkInterfaceIds=[eni])["NetworkInterfaces"][0]
    assert shown["Association"]["PublicIp"] == address["PublicIp"] and shown["PrivateIpAddresses"][0]["Association"]["AssociationId"] == association
    assert describe(ec2, address)["NetworkInterfaceId"] == eni
    assert refused(ec2.detach_internet_gateway, InternetGatewayId=gateway, VpcId=vpc)[0] == "DependencyViolation"
    assert refused(ec2.release_address, AllocationId=address["AllocationId"])[0] == "InvalidIPAddress.InUse"
    other = ec2.create_network_interface(SubnetId=subnet)["NetworkInterface"]["NetworkInterfaceId"]
    assert refused(ec2.associate_address, AllocationId=address["AllocationId"], NetworkInterfaceId=other)[0] == "Resource.AlreadyAssociated"
    moved = ec2.associate_address(AllocationId=address["AllocationId"], NetworkInterfaceId=other, AllowReassociation=True)["AssociationId"]
    assert refused(ec2.disassociate_address, AssociationId=association)[0] == "InvalidAssociationID.NotFound"
    ec2.disassociate_address(AssociationId=moved)
    assert "AssociationId" not in describe(ec2, address)


def test_a_nat_gateway_as_terraform_makes_and_reads_it(ec2, vpc, address, refused):
    make_gateway(ec2, vpc)
    subnet = make_subnet(ec2, vpc)
    made = ec2.create_nat_gateway(SubnetId=subnet, AllocationId=address["AllocationId"], ClientToken="once", TagSpecifications=tags("natgateway", Name="nat"))["NatGateway"]
    nat = made["NatGatewayId"]
    assert made["State"] == "pending"
    again = ec2.create_nat_gateway(SubnetId=subnet, AllocationId=address["AllocationId"], ClientToken="once", TagSpecifications=tags("natgateway", Name="nat"))
    assert again["NatGateway"]["NatGatewayId"] == nat
    ec2.get_waiter("nat_gateway_available").wait(NatGatewayIds=[nat], WaiterConfig={"Delay": 1, "MaxAttempts": 5})
    [shown] = ec2.describe_nat_gateways(Filters=filters(vpc_id=vpc, subnet_id=subnet, state="available"))["NatGateways"]
    assert (shown["NatGatewayId"], shown["ConnectivityType"]) == (nat, "public")
    [own] = shown["NatGatewayAddresses"]
    assert (own["PublicIp"], own["AllocationId"]) == (address["PublicIp"], address["AllocationId"])
    [eni] = ec2.describe_network_interfaces(Filters=filters(interface_type="nat_gateway", subnet_id=subnet))["NetworkInterfaces"]
    assert eni["NetworkInterfaceId"] == own["NetworkInterfaceId"] and eni["PrivateIpAddress"] == own["PrivateIp"] and eni["Groups"] == []
    assert refused(ec2.delete_network_interface, NetworkInterfaceId=eni["NetworkInterfaceId"])[0] == "InvalidParameterValue"
    assert refused(ec2.disassociate_address, AssociationId=own["AssociationId"])[0] == "AuthFailure"
    assert refused(ec2.delete_subnet, SubnetId=subnet)[0] == "DependencyViolation"

    table = ec2.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"]
    ec2.create_route(RouteTableId=table, DestinationCidrBlock="0.0.0.0/0", NatGatewayId=nat)
    [found] = ec2.describe_route_tables(Filters=[{"Name": "route.nat-gateway-id", "Values": [nat]}])["RouteTables"]
    assert found["Routes"][1]["State"] == "active"
    assert ec2.delete_nat_gateway(NatGatewayId=nat)["NatGatewayId"] == nat
    ec2.get_waiter("nat_gateway_deleted").wait(NatGatewayIds=[nat], WaiterConfig={"Delay": 1, "MaxAttempts": 5})
    assert ec2.describe_route_tables(RouteTableIds=[table])["RouteTables"][0]["Routes"][1]["State"] == "blackhole"
    assert "AssociationId" not in describe(ec2, address)
    ec2.delete_subnet(SubnetId=subnet)


def test_nat_gateways_that_fail(ec2, vpc, address, refused):
    subnet = make_subnet(ec2, vpc)
    failed = ec2.create_nat_gateway(SubnetId=subnet, AllocationId=address["AllocationId"])["NatGateway"]["NatGatewayId"]
    [shown] = ec2.describe_nat_gateways(NatGatewayIds=[failed])["NatGateways"]
    assert (shown["State"], shown["FailureCode"]) == ("failed", "Gateway.NotAttached")
    assert refused(ec2.create_nat_gateway, SubnetId=subnet)[0] == "MissingParameter"
    assert refused(ec2.create_nat_gateway, SubnetId=subnet, AllocationId="eipalloc-0123456789abcdef0")[0] == "InvalidAllocationID.NotFound"
    assert refused(ec2.delete_nat_gateway, NatGatewayId="nat-0123456789abcdef0")[0] == "NatGatewayNotFound"
    private = ec2.create_nat_gateway(SubnetId=subnet, ConnectivityType="private", PrivateIpAddress="10.0.1.77")["NatGateway"]
    assert private["NatGatewayAddresses"][0]["PrivateIp"] == "10.0.1.77"


def test_a_network_interface_as_terraform_makes_and_reads_it(ec2, vpc, refused):
    subnet = make_subnet(ec2, vpc)
    group = ec2.create_security_group(GroupName="g", Description="g", VpcId=vpc)["GroupId"]
    made = ec2.create_network_interface(SubnetId=subnet, PrivateIpAddress="10.0.1.10", Groups=[group], Description="mine",
                                        TagSpecifications=tags("network-interface", Name="eni"))["NetworkInterface"]
    eni = made["NetworkInterfaceId"]
    ec2.get_waiter("network_interface_available").wait(NetworkInterfaceIds=[eni])
    [shown] = ec2.describe_network_interfaces(Filters=filters(network_interface_id=eni, group_id=group, status="available", requester_managed="false"))["NetworkInterfaces"]
    assert (shown["PrivateIpAddress"], shown["Description"], shown["SourceDestCheck"]) == ("10.0.1.10", "mine", True)
    assert "Attachment" not in shown and "Association" not in shown
    assert refused(ec2.delete_security_group, GroupId=group)[0] == "DependencyViolation"

    [default] = ec2.describe_security_groups(Filters=filters(group_name="default", vpc_id=vpc))["SecurityGroups"]
    ec2.modify_network_interface_attribute(NetworkInterfaceId=eni, Groups=[default["GroupId"]])
    ec2.modify_network_interface_attribute(NetworkInterfaceId=eni, SourceDestCheck={"Value": False})
    ec2.modify_network_interface_attribute(NetworkInterfaceId=eni, Description={"Value": "changed"})
    ask = {"NetworkInterfaceId": eni}
    assert ec2.describe_network_interface_attribute(Attribute="groupSet", **ask)["Groups"] == [{"GroupId": default["GroupId"], "GroupName": "default"}]
    assert ec2.describe_network_interface_attribute(Attribute="sourceDestCheck", **ask)["SourceDestCheck"] == {"Value": False}
    assert ec2.describe_network_interface_attribute(Attribute="description", **ask)["Description"] == {"Value": "changed"}
    ec2.delete_security_group(GroupId=group)

    here = {"SubnetId": subnet}
    assert refused(ec2.create_network_interface, PrivateIpAddress="10.0.1.10", **here)[0] == "InvalidIPAddress.InUse"
    for outside in ("10.0.2.10", "10.0.1.3", "10.0.1.255", "x"):
        assert refused(ec2.create_network_interface, PrivateIpAddress=outside, **here)[0] == "InvalidParameterValue"
    assert refused(ec2.create_network_interface, Ipv6AddressCount=1, **here)[0] == "UnsupportedOperation"
    assert refused(ec2.create_network_interface, Groups=["sg-0123456789abcdef0"], **here)[0] == "InvalidGroup.NotFound"
    ec2.delete_network_interface(NetworkInterfaceId=eni)
    assert refused(ec2.describe_network_interfaces, NetworkInterfaceIds=[eni])[0] == "InvalidNetworkInterfaceID.NotFound"
