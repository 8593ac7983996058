"""VPCs, subnets and tags: the calls that Terraform's aws_vpc and aws_subnet make, in their order, and what is refused."""

import boto3
import pytest
from ec2_calls import filters, main_table, make_subnet, make_vpc, remove, tags


@pytest.fixture
def ec2(control_plane):
    return control_plane.ec2


@pytest.fixture
def vpc(ec2):
    made = make_vpc(ec2)
    yield made
    remove(ec2, made)


def test_a_vpc_as_terraform_makes_and_reads_it(ec2):
    made = ec2.create_vpc(CidrBlock="10.7.0.0/16", InstanceTenancy="default", TagSpecifications=tags("vpc", Name="main"))["Vpc"]
    vpc = made["VpcId"]
    assert made["State"] == "pending" and made["Tags"] == [{"Key": "Name", "Value": "main"}]
    ec2.get_waiter("vpc_available").wait(VpcIds=[vpc])
    ec2.modify_vpc_attribute(VpcId=vpc, EnableDnsHostnames={"Value": True})

    [read] = ec2.describe_vpcs(VpcIds=[vpc])["Vpcs"]
    assert (read["CidrBlock"], read["IsDefault"], read["InstanceTenancy"]) == ("10.7.0.0/16", False, "default")
    assert read["CidrBlockAssociationSet"][0]["CidrBlockState"] == {"State": "associated"}
    for attribute, value in (("EnableDnsHostnames", True), ("EnableDnsSupport", True), ("EnableNetworkAddressUsageMetrics", False)):
        asked = attribute[0].lower() + attribute[1:]
        assert ec2.describe_vpc_attribute(VpcId=vpc, Attribute=asked)[attribute] == {"Value": value}
    [acl] = ec2.describe_network_acls(Filters=filters(default="true", vpc_id=vpc))["NetworkAcls"]
    assert acl["IsDefault"] and {(entry["RuleNumber"], entry["RuleAction"]) for entry in acl["Entries"]} == {(100, "allow"), (32767, "deny")}
    table = main_table(ec2, vpc)
    assert [route["GatewayId"] for route in table["Routes"]] == ["local"] and table["Associations"][0]["Main"]
    [group] = ec2.describe_security_groups(Filters=filters(group_name="default", vpc_id=vpc))["SecurityGroups"]
    assert group["IpPermissions"][0]["UserIdGroupPairs"][0]["GroupId"] == group["GroupId"]
    assert group["IpPermissionsEgress"][0]["IpRanges"] == [{"CidrIp": "0.0.0.0/0"}]
    [options] = ec2.describe_dhcp_options(DhcpOptionsIds=[read["DhcpOptionsId"]])["DhcpOptions"]
    assert {each["Key"] for each in options["DhcpConfigurations"]} == {"domain-name", "domain-name-servers"}

    ec2.delete_vpc(VpcId=vpc)
    assert ec2.describe_vpcs(Filters=filters(vpc_id=vpc))["Vpcs"] == []
    assert ec2.describe_security_groups(Filters=filters(vpc_id=vpc))["SecurityGroups"] == []
    assert ec2.describe_route_tables(Filters=filters(vpc_id=vpc))["RouteTables"] == []


def test_the_network_acl_as_terraform_takes_it_over(ec2, vpc, refused):
    """aws_default_network_acl, as the popular VPC module has it: entries away, tags, entries anew."""
    [acl] = ec2.describe_network_acls(Filters=filters(vpc_id=vpc))["NetworkAcls"]
    here = {"NetworkAclId": acl["NetworkAclId"]}
    for entry in acl["Entries"]:
        if entry["RuleNumber"] != 32767:
            ec2.delete_network_acl_entry(RuleNumber=entry["RuleNumber"], Egress=entry["Egress"], **here)
    ec2.create_tags(Resources=[acl["NetworkAclId"]], Tags=[{"Key": "Name", "Value": "default"}])
    allow = here | {"RuleAction": "allow", "Protocol": "-1"}
    for egress in (False, True):
        ec2.create_network_acl_entry(RuleNumber=100, Egress=egress, CidrBlock="0.0.0.0/0", **allow)
        ec2.create_network_acl_entry(RuleNumber=101, Egress=egress, Ipv6CidrBlock="::/0", **allow)
    ec2.replace_network_acl_entry(RuleNumber=101, Egress=True, CidrBlock="0.0.0.0/0", **allow)
    [acl] = ec2.describe_network_acls(Filters=filters(default="true", vpc_id=vpc))["NetworkAcls"]
    assert {(each["RuleNumber"], each["Egress"], each.get("Ipv6CidrBlock")) for each in acl["Entries"] if each["RuleAction"] == "allow"} == {
        (100, False, None), (100, True, None), (101, False, "::/0"), (101, True, None)}
    assert acl["Tags"] == [{"Key": "Name", "Value": "default"}]

    more = {"RuleNumber": 1, "Egress": False, "CidrBlock": "0.0.0.0/0"}
    assert refused(ec2.create_network_acl_entry, **allow | more | {"RuleNumber": 100})[0] == "NetworkAclEntryAlreadyExists"
    assert refused(ec2.create_network_acl_entry, **allow | more | {"RuleAction": "deny"})[0] == "UnsupportedOperation", "nothing would deny it"
    assert refused(ec2.create_network_acl_entry, **allow | more | {"CidrBlock": "10.0.0.0/8"})[0] == "UnsupportedOperation"
    assert refused(ec2.create_network_acl_entry, **allow | more | {"RuleNumber": 32767})[0] == "InvalidParameterValue"
    assert refused(ec2.delete_network_acl_entry, RuleNumber=7, Egress=False, **here)[0] == "InvalidNetworkAclEntry.NotFound"


@pytest.mark.parametrize("block, code", [("10.0.0.0/15", "InvalidVpc.Range"), ("10.0.0.0/29", "InvalidVpc.Range"), ("127.0.0.0/16", "InvalidVpc.Range"),
                                         ("169.254.0.0/16", "InvalidVpc.Range"), ("10.0.0/16", "InvalidParameterValue"), ("", "MissingParameter")])
def test_blocks_that_no_vpc_has(ec2, refused, block, code):
    assert refused(ec2.create_vpc, CidrBlock=block)[:2] == (code, 400)


def test_a_block_is_brought_into_its_plain_form(ec2):
    vpc = make_vpc(ec2, "100.68.0.18/18")
    assert ec2.describe_vpcs(VpcIds=[vpc])["Vpcs"][0]["CidrBlock"] == "100.68.0.0/18"
    remove(ec2, vpc)


def test_what_is_not_served_is_refused(ec2, vpc, refused):
    assert refused(ec2.create_vpc, CidrBlock="10.0.0.0/16", InstanceTenancy="dedicated")[0] == "UnsupportedOperation"
    assert refused(ec2.create_vpc, CidrBlock="10.0.0.0/16", AmazonProvidedIpv6CidrBlock=True)[0] == "UnsupportedOperation"
    subnet = make_subnet(ec2, vpc)
    assert refused(ec2.modify_subnet_attribute, SubnetId=subnet, AssignIpv6AddressOnCreation={"Value": True})[0] == "UnsupportedOperation"
    ec2.modify_subnet_attribute(SubnetId=subnet, AssignIpv6AddressOnCreation={"Value": False})


def test_a_further_block_as_terraform_makes_and_reads_it(ec2, vpc, refused):
    """aws_vpc_ipv4_cidr_block_association"""
    made = ec2.associate_vpc_cidr_block(VpcId=vpc, CidrBlock="10.99.0.0/16")
    association = made["CidrBlockAssociation"]["AssociationId"]
    assert made["VpcId"] == vpc and made["CidrBlockAssociation"]["CidrBlockState"] == {"State": "associating"}
    [read] = ec2.describe_vpcs(Filters=filters(**{"cidr_block_association.association_id": association}))["Vpcs"]
    assert read["VpcId"] == vpc and read["CidrBlock"] == "10.0.0.0/16"
    [block] = [each for each in read["CidrBlockAssociationSet"] if each["AssociationId"] == association]
    assert block == {"AssociationId": association, "CidrBlock": "10.99.0.0/16", "CidrBlockState": {"State": "associated"}}
    assert {route["DestinationCidrBlock"] for route in main_table(ec2, vpc)["Routes"]} == {"10.0.0.0/16", "10.99.0.0/16"}
    subnet = make_subnet(ec2, vpc, "10.99.1.0/24")
    assert refused(ec2.disassociate_vpc_cidr_block, AssociationId=association)[:2] == ("InvalidCidrBlock.InUse", 400)
    ec2.delete_subnet(SubnetId=subnet)
    ec2.disassociate_vpc_cidr_block(AssociationId=association)
    assert ec2.describe_vpcs(Filters=filters(**{"cidr_block_association.association_id": association}))["Vpcs"] == []
    assert refused(ec2.disassociate_vpc_cidr_block, AssociationId=association)[0] == "InvalidVpcCidrBlockAssociationID.NotFound"


def test_the_default_vpc_is_deleted_and_made_again(control_plane):
    variables = control_plane.variables
    eu = boto3.client("ec2", endpoint_url=control_plane.endpoint, region_name="eu-north-1", aws_access_key_id=variables["AWS_ACCESS_KEY_ID"],
                      aws_secret_access_key=variables["AWS_SECRET_ACCESS_KEY"])
    assert eu.describe_vpcs()["Vpcs"] == []
    made = eu.create_default_vpc()["Vpc"]
    assert made["IsDefault"] and made["CidrBlock"] == "172.31.0.0/16"
    assert {each["DefaultForAz"] for each in eu.describe_subnets()["Subnets"]} == {True}
    with pytest.raises(eu.exceptions.ClientError, match="A Default VPC already exists for this account in this region"):
        eu.create_default_vpc()
    remove(eu, made["VpcId"])
    assert eu.describe_vpcs()["Vpcs"] == []


def test_attributes_go_one_at_a_time(ec2, vpc, refused):
    both = {"EnableDnsSupport": {"Value": True}, "EnableDnsHostnames": {"Value": True}}
    assert refused(ec2.modify_vpc_attribute, VpcId=vpc, **both)[0] == "InvalidParameterCombination"
    assert refused(ec2.modify_vpc_attribute, VpcId=vpc)[0] == "InvalidParameterCombination"
    assert refused(ec2.describe_vpc_attribute, VpcId=vpc, Attribute="colour")[0] == "InvalidParameterValue"


def test_a_dry_run_changes_nothing(ec2, refused):
    before = len(ec2.describe_vpcs()["Vpcs"])
    assert refused(ec2.create_vpc, CidrBlock="10.0.0.0/16", DryRun=True)[:2] == ("DryRunOperation", 412)
    assert refused(ec2.create_vpc, CidrBlock="10.0.0.0/8", DryRun=True)[:2] == ("InvalidVpc.Range", 400)
    assert len(ec2.describe_vpcs()["Vpcs"]) == before


def test_a_subnet_as_terraform_makes_and_reads_it(ec2, vpc):
    made = ec2.create_subnet(VpcId=vpc, CidrBlock="10.0.1.0/24", AvailabilityZone="us-east-1b", TagSpecifications=tags("subnet", Name="a"))["Subnet"]
    subnet = made["SubnetId"]
    ec2.get_waiter("subnet_available").wait(SubnetIds=[subnet])
    ec2.modify_subnet_attribute(SubnetId=subnet, MapPublicIpOnLaunch={"Value": True})
    [read] = ec2.describe_subnets(SubnetIds=[subnet])["Subnets"]
    assert (read["AvailabilityZone"], read["AvailabilityZoneId"]) == ("us-east-1b", "use1-az2")
    assert read["AvailableIpAddressCount"] == 256 - 5 and read["MapPublicIpOnLaunch"] and not read["DefaultForAz"]
    [acl] = ec2.describe_network_acls(Filters=[{"Name": "association.subnet-id", "Values": [subnet]}])["NetworkAcls"]
    assert [each["SubnetId"] for each in acl["Associations"]] == [subnet]
    ec2.delete_subnet(SubnetId=subnet)
    assert ec2.describe_subnets(Filters=filters(vpc_id=vpc))["Subnets"] == []


def test_a_subnet_counts_its_addresses(ec2, vpc, refused):
    subnet = make_subnet(ec2, vpc, "10.0.1.0/28")
    made = [ec2.create_network_interface(SubnetId=subnet)["NetworkInterface"] for _ in range(11)]
    assert {each["PrivateIpAddress"] for each in made} == {f"10.0.1.{last}" for last in range(4, 15)}
    assert ec2.describe_subnets(SubnetIds=[subnet])["Subnets"][0]["AvailableIpAddressCount"] == 0
    assert refused(ec2.create_network_interface, SubnetId=subnet)[0] == "InsufficientFreeAddressesInSubnet"
    assert refused(ec2.delete_subnet, SubnetId=subnet)[::2] == ("DependencyViolation", f"The subnet '{subnet}' has dependencies and cannot be deleted.")


def test_subnets_that_do_not_fit(ec2, vpc, refused):
    make_subnet(ec2, vpc, "10.0.0.0/24")
    for block, code in (("10.0.0.128/25", "InvalidSubnet.Conflict"), ("10.0.0.0/20", "InvalidSubnet.Conflict"), ("10.1.0.0/24", "InvalidSubnet.Range"),
                        ("10.0.1.0/29", "InvalidSubnet.Range"), ("10.0.0.0/15", "InvalidSubnet.Range"), ("x", "InvalidParameterValue")):
        assert refused(ec2.create_subnet, VpcId=vpc, CidrBlock=block)[:2] == (code, 400), block
    assert refused(ec2.create_subnet, VpcId=vpc, CidrBlock="10.0.1.0/24", AvailabilityZone="us-east-1z")[0] == "InvalidParameterValue"
    assert refused(ec2.create_subnet, VpcId="vpc-0123456789abcdef0", CidrBlock="10.0.1.0/24")[0] == "InvalidVpcID.NotFound"


def test_a_vpc_that_is_used_stays(ec2, vpc, refused):
    subnet = make_subnet(ec2, vpc)
    words = f"The vpc '{vpc}' has dependencies and cannot be deleted."
    assert refused(ec2.delete_vpc, VpcId=vpc) == ("DependencyViolation", 400, words)
    ec2.delete_subnet(SubnetId=subnet)
    group = ec2.create_security_group(GroupName="g", Description="g", VpcId=vpc)["GroupId"]
    assert refused(ec2.delete_vpc, VpcId=vpc)[0] == "DependencyViolation"
    ec2.delete_security_group(GroupId=group)


def test_tags(ec2, vpc, refused):
    subnet = make_subnet(ec2, vpc)
    ec2.create_tags(Resources=[vpc, subnet], Tags=[{"Key": "env", "Value": "test"}, {"Key": "team", "Value": ""}])
    assert ec2.describe_vpcs(Filters=[{"Name": "tag:env", "Values": ["te*"]}])["Vpcs"][0]["VpcId"] == vpc
    assert ec2.describe_subnets(Filters=[{"Name": "tag-key", "Values": ["none", "team"]}])["Subnets"][0]["SubnetId"] == subnet
    listed = ec2.describe_tags(Filters=filters(resource_id=[vpc, subnet]))["Tags"]
    assert {(each["ResourceType"], each["Key"]) for each in listed} == {(kind, key) for kind in ("vpc", "subnet") for key in ("env", "team")}
    assert len(ec2.describe_tags(Filters=filters(resource_type="subnet", key="env", value="test"))["Tags"]) == 1
    ec2.delete_tags(Resources=[vpc], Tags=[{"Key": "env", "Value": "other"}])
    ec2.delete_tags(Resources=[subnet], Tags=[{"Key": "env"}])
    left = {(each["ResourceId"], each["Key"]) for each in ec2.describe_tags(Filters=filters(resource_id=[vpc, subnet]))["Tags"]}
    assert left == {(vpc, "env"), (vpc, "team"), (subnet, "team")}

    assert refused(ec2.create_tags, Resources=["vpc-0123456789abcdef0"], Tags=[{"Key": "a", "Value": "b"}])[0] == "InvalidVpcID.NotFound"
    assert refused(ec2.create_tags, Resources=["thing-1"], Tags=[{"Key": "a", "Value": "b"}])[0] == "InvalidID"
    assert refused(ec2.create_tags, Resources=[vpc], Tags=[{"Key": "aws:a", "Value": "b"}])[0] == "InvalidParameterValue"
    assert refused(ec2.create_tags, Resources=[vpc], Tags=[{"Key": f"k{i}", "Value": ""} for i in range(49)])[0] == "TagLimitExceeded"
    assert refused(ec2.create_vpc, CidrBlock="10.0.0.0/16", TagSpecifications=tags("subnet", a="b"))[0] == "InvalidParameterValue"


def test_pages_of_tags(ec2, vpc):
    ec2.create_tags(Resources=[vpc], Tags=[{"Key": f"k{i:02}", "Value": ""} for i in range(12)])
    pages = list(ec2.get_paginator("describe_tags").paginate(Filters=filters(resource_id=vpc), PaginationConfig={"PageSize": 5}))
    assert [len(page["Tags"]) for page in pages] == [5, 5, 2]
    assert [each["Key"] for page in pages for each in page["Tags"]] == [f"k{i:02}" for i in range(12)]


def test_what_a_client_asks_for_on_its_way(ec2, vpc, refused):
    """CDK's look-up of a VPC, and Terraform's data sources."""
    attributes = ec2.describe_account_attributes(AttributeNames=["supported-platforms", "default-vpc"])["AccountAttributes"]
    assert {each["AttributeName"]: each["AttributeValues"][0]["AttributeValue"] for each in attributes}["supported-platforms"] == "VPC"
    assert "us-east-1" in [region["RegionName"] for region in ec2.describe_regions()["Regions"]]
    assert ec2.describe_vpn_gateways(Filters=[{"Name": "attachment.vpc-id", "Values": [vpc]}])["VpnGateways"] == []
    assert ec2.describe_prefix_lists()["PrefixLists"] == []
    assert ec2.describe_managed_prefix_lists(Filters=[{"Name": "prefix-list-name", "Values": ["com.amazonaws.us-east-1.s3"]}])["PrefixLists"] == []
    assert refused(ec2.describe_prefix_lists, PrefixListIds=["pl-12345678"])[0] == "InvalidPrefixListId.NotFound"
