"""Internet gateways and route tables: the calls of Terraform's aws_internet_gateway, aws_route_table, aws_route and aws_route_table_association."""

import pytest
from ec2_calls import filters, main_table, make_gateway, make_subnet, make_vpc, remove, tags


@pytest.fixture
def ec2(control_plane):
    return control_plane.ec2


@pytest.fixture
def vpc(ec2):
    made = make_vpc(ec2)
    yield made
    remove(ec2, made)


def routes(ec2, table):
    [read] = ec2.describe_route_tables(RouteTableIds=[table])["RouteTables"]
    return {route["DestinationCidrBlock"]: (route.get("GatewayId") or route.get("NatGatewayId") or route.get("NetworkInterfaceId"), route["State"])
            for route in read["Routes"] if "DestinationCidrBlock" in route}


def make_table(ec2, vpc):
    return ec2.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"]


def test_an_internet_gateway(ec2, vpc, refused):
    made = ec2.create_internet_gateway(TagSpecifications=tags("internet-gateway", Name="out"))["InternetGateway"]
    gateway = made["InternetGatewayId"]
    assert made["Attachments"] == [] and made["Tags"] == [{"Key": "Name", "Value": "out"}]
    assert refused(ec2.detach_internet_gateway, InternetGatewayId=gateway, VpcId=vpc)[0] == "Gateway.NotAttached"
    ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)
    [read] = ec2.describe_internet_gateways(InternetGatewayIds=[gateway])["InternetGateways"]
    assert read["Attachments"] == [{"State": "available", "VpcId": vpc}]
    assert ec2.describe_internet_gateways(Filters=[{"Name": "attachment.vpc-id", "Values": [vpc]}])["InternetGateways"] == [read]

    assert refused(ec2.attach_internet_gateway, InternetGatewayId=gateway, VpcId=vpc)[0] == "Resource.AlreadyAssociated"
    other = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    assert refused(ec2.attach_internet_gateway, InternetGatewayId=other, VpcId=vpc)[0] == "InvalidParameterValue"
    ec2.delete_internet_gateway(InternetGatewayId=other)
    assert refused(ec2.describe_internet_gateways, InternetGatewayIds=[other])[0] == "InvalidInternetGatewayID.NotFound"
    words = f"The internetGateway '{gateway}' has dependencies and cannot be deleted."
    assert refused(ec2.delete_internet_gateway, InternetGatewayId=gateway) == ("DependencyViolation", 400, words)
    assert refused(ec2.delete_vpc, VpcId=vpc)[0] == "DependencyViolation"


def test_a_route_table_as_terraform_makes_and_reads_it(ec2, vpc):
    gateway, subnet = make_gateway(ec2, vpc), make_subnet(ec2, vpc)
    made = ec2.create_route_table(VpcId=vpc, TagSpecifications=tags("route-table", Name="public"))["RouteTable"]
    table = made["RouteTableId"]
    assert [route["Origin"] for route in made["Routes"]] == ["CreateRouteTable"] and made["Associations"] == []
    assert ec2.create_route(RouteTableId=table, DestinationCidrBlock="0.0.0.0/0", GatewayId=gateway)["Return"]
    assert routes(ec2, table) == {"10.0.0.0/16": ("local", "active"), "0.0.0.0/0": (gateway, "active")}
    answer = ec2.associate_route_table(RouteTableId=table, SubnetId=subnet)
    assert answer["AssociationId"].startswith("rtbassoc-") and answer["AssociationState"] == {"State": "associated"}
    for name, value in (("association.route-table-association-id", answer["AssociationId"]), ("association.subnet-id", subnet), ("route.gateway-id", gateway)):
        [read] = ec2.describe_route_tables(Filters=[{"Name": name, "Values": [value]}, {"Name": "vpc-id", "Values": [vpc]}])["RouteTables"]
        assert read["RouteTableId"] == table
    ec2.disassociate_route_table(AssociationId=answer["AssociationId"])
    assert ec2.describe_route_tables(Filters=[{"Name": "association.subnet-id", "Values": [subnet]}])["RouteTables"] == []
    ec2.delete_route(RouteTableId=table, DestinationCidrBlock="0.0.0.0/0")
    ec2.delete_route_table(RouteTableId=table)


def test_routes_that_are_refused(ec2, vpc, refused):
    gateway, table = make_gateway(ec2, vpc), make_table(ec2, vpc)
    other = make_vpc(ec2, "10.1.0.0/16")
    theirs = make_gateway(ec2, other)
    here = {"RouteTableId": table}
    ec2.create_route(**here, DestinationCidrBlock="0.0.0.0/0", GatewayId=gateway)
    told = refused(ec2.create_route, **here, DestinationCidrBlock="0.0.0.0/0", GatewayId=gateway)
    assert told == ("RouteAlreadyExists", 400, "The route identified by 0.0.0.0/0 already exists.")
    assert refused(ec2.create_route, **here, DestinationCidrBlock="192.168.0.0/16", GatewayId=theirs)[0] == "InvalidParameterValue"
    assert refused(ec2.create_route, **here, DestinationCidrBlock="10.0.1.0/24", GatewayId=gateway)[0] == "InvalidParameterValue"
    assert refused(ec2.create_route, **here, DestinationCidrBlock="192.168.0.0/16", TransitGatewayId="tgw-1")[0] == "UnsupportedOperation"
    assert refused(ec2.create_route, **here, DestinationCidrBlock="192.168.0.0/16")[0] == "MissingParameter"
    assert refused(ec2.create_route, **here, DestinationCidrBlock="x/0", GatewayId=gateway)[0] == "InvalidParameterValue"
    assert refused(ec2.replace_route, **here, DestinationCidrBlock="1.0.0.0/8", GatewayId=gateway)[0] == "InvalidParameterValue"
    told = refused(ec2.delete_route, **here, DestinationCidrBlock="1.0.0.0/8")
    assert told == ("InvalidRoute.NotFound", 400, f"no route with destination-cidr-block 1.0.0.0/8 in route table {table}")
    assert refused(ec2.delete_route, **here, DestinationCidrBlock="10.0.0.0/16")[0] == "InvalidParameterValue"
    remove(ec2, other)


def test_a_route_without_its_gateway_is_a_black_hole(ec2, vpc):
    gateway, table = make_gateway(ec2, vpc), make_table(ec2, vpc)
    ec2.create_route(RouteTableId=table, DestinationCidrBlock="0.0.0.0/0", GatewayId=gateway)
    ec2.detach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)
    assert routes(ec2, table)["0.0.0.0/0"] == (gateway, "blackhole")
    ec2.delete_internet_gateway(InternetGatewayId=gateway)
    assert routes(ec2, table)["0.0.0.0/0"] == (gateway, "blackhole")
    new = make_gateway(ec2, vpc)
    ec2.replace_route(RouteTableId=table, DestinationCidrBlock="0.0.0.0/0", GatewayId=new)
    assert routes(ec2, table)["0.0.0.0/0"] == (new, "active")


def test_associations(ec2, vpc, refused):
    subnet, first, second = make_subnet(ec2, vpc), make_table(ec2, vpc), make_table(ec2, vpc)
    association = ec2.associate_route_table(RouteTableId=first, SubnetId=subnet)["AssociationId"]
    assert refused(ec2.associate_route_table, RouteTableId=second, SubnetId=subnet)[0] == "Resource.AlreadyAssociated"
    assert refused(ec2.delete_route_table, RouteTableId=first)[::2] == (
        "DependencyViolation", f"The routeTable '{first}' has dependencies and cannot be deleted.")
    moved = ec2.replace_route_table_association(AssociationId=association, RouteTableId=second)["NewAssociationId"]
    assert moved != association
    assert refused(ec2.disassociate_route_table, AssociationId=association)[0] == "InvalidAssociationID.NotFound"
    ec2.delete_route_table(RouteTableId=first)
    ec2.delete_subnet(SubnetId=subnet)  # takes its association along
    ec2.delete_route_table(RouteTableId=second)


def test_another_main_table(ec2, vpc, refused):
    """aws_main_route_table_association."""
    old, table = main_table(ec2, vpc), make_table(ec2, vpc)
    association = old["Associations"][0]["RouteTableAssociationId"]
    assert refused(ec2.disassociate_route_table, AssociationId=association)[0] == "InvalidParameterValue"
    assert refused(ec2.delete_route_table, RouteTableId=old["RouteTableId"])[0] == "DependencyViolation"
    ec2.replace_route_table_association(AssociationId=association, RouteTableId=table)
    assert main_table(ec2, vpc)["RouteTableId"] == table
    ec2.delete_route_table(RouteTableId=old["RouteTableId"])


def test_a_repeated_token_makes_one_table(ec2, vpc, refused):
    first = ec2.create_route_table(VpcId=vpc, ClientToken="t1")["RouteTable"]["RouteTableId"]
    assert ec2.create_route_table(VpcId=vpc, ClientToken="t1")["RouteTable"]["RouteTableId"] == first
    assert refused(ec2.create_route_table, VpcId="vpc-0123456789abcdef0", ClientToken="t1")[0] == "IdempotentParameterMismatch"
    assert len(ec2.describe_route_tables(Filters=filters(vpc_id=vpc))["RouteTables"]) == 2


def test_the_default_vpc_leads_out(ec2):
    [vpc] = ec2.describe_vpcs(Filters=filters(is_default="true"))["Vpcs"]
    [gateway] = ec2.describe_internet_gateways(Filters=[{"Name": "attachment.vpc-id", "Values": [vpc["VpcId"]]}])["InternetGateways"]
    assert routes(ec2, main_table(ec2, vpc["VpcId"])["RouteTableId"])["0.0.0.0/0"] == (gateway["InternetGatewayId"], "active")
