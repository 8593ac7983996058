"""What the tests of EC2 make and look for again and again."""


def filters(**values):
    """filters(vpc_id="vpc-1") → [{"Name": "vpc-id", "Values": ["vpc-1"]}]; tag filters by their plain name in a dict."""
    return [{"Name": name.replace("_", "-"), "Values": value if isinstance(value, list) else [value]} for name, value in values.items()]


def tags(kind, **pairs):
    """As a call that makes something takes them."""
    return [{"ResourceType": kind, "Tags": [{"Key": key, "Value": value} for key, value in pairs.items()]}]


def make_vpc(ec2, block="10.0.0.0/16", **members):
    return ec2.create_vpc(CidrBlock=block, **members)["Vpc"]["VpcId"]


def make_subnet(ec2, vpc, block="10.0.1.0/24", **members):
    return ec2.create_subnet(VpcId=vpc, CidrBlock=block, **members)["Subnet"]["SubnetId"]


def make_gateway(ec2, vpc):
    gateway = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)
    return gateway


def main_table(ec2, vpc):
    [table] = ec2.describe_route_tables(Filters=[{"Name": "association.main", "Values": ["true"]}, {"Name": "vpc-id", "Values": [vpc]}])["RouteTables"]
    return table


def remove(ec2, vpc):
    """A VPC and all that a test left in it, in the order that EC2 asks for."""
    inside = filters(vpc_id=vpc)
    for gateway in ec2.describe_nat_gateways(Filters=filters(vpc_id=vpc, state="available"))["NatGateways"]:
        ec2.delete_nat_gateway(NatGatewayId=gateway["NatGatewayId"])
    for interface in ec2.describe_network_interfaces(Filters=inside)["NetworkInterfaces"]:
        ec2.delete_network_interface(NetworkInterfaceId=interface["NetworkInterfaceId"])
    for subnet in ec2.describe_subnets(Filters=inside)["Subnets"]:
        ec2.delete_subnet(SubnetId=subnet["SubnetId"])
    for table in ec2.describe_route_tables(Filters=inside)["RouteTables"]:
        if not table["Associations"]:
            ec2.delete_route_table(RouteTableId=table["RouteTableId"])
    for gateway in ec2.describe_internet_gateways(Filters=[{"Name": "attachment.vpc-id", "Values": [vpc]}])["InternetGateways"]:
        ec2.detach_internet_gateway(InternetGatewayId=gateway["InternetGatewayId"], VpcId=vpc)
        ec2.delete_internet_gateway(InternetGatewayId=gateway["InternetGatewayId"])
    groups = ec2.describe_security_groups(Filters=inside)["SecurityGroups"]
    for group in groups:  # which may name one another
        for revoke, rules in ((ec2.revoke_security_group_ingress, group["IpPermissions"]), (ec2.revoke_security_group_egress, group["IpPermissionsEgress"])):
            if rules and group["GroupName"] != "default":
                revoke(GroupId=group["GroupId"], IpPermissions=rules)
    for group in groups:
        if group["GroupName"] != "default":
            ec2.delete_security_group(GroupId=group["GroupId"])
    ec2.delete_vpc(VpcId=vpc)
