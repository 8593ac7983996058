"""Security groups and their rules: the calls of Terraform's aws_security_group, aws_security_group_rule and aws_vpc_security_group_*_rule, of CDK's groups, and what is refused."""

import pytest
from ec2_calls import filters, make_vpc, remove, tags

WEB = {"IpProtocol": "tcp", "FromPort": 80, "ToPort": 80, "IpRanges": [{"CidrIp": "0.0.0.0/0", "Description": "everybody"}]}
ALL_OUT = {"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}


@pytest.fixture
def ec2(control_plane):
    return control_plane.ec2


@pytest.fixture
def vpc(ec2):
    made = make_vpc(ec2)
    yield made
    remove(ec2, made)


@pytest.fixture
def group(ec2, vpc):
    return make_group(ec2, vpc, "web")


def make_group(ec2, vpc, name):
    return ec2.create_security_group(GroupName=name, Description="of a test", VpcId=vpc)["GroupId"]


def rules(ec2, group, egress=False):
    return [rule for rule in ec2.describe_security_group_rules(Filters=filters(group_id=group))["SecurityGroupRules"] if rule["IsEgress"] == egress]


def read(ec2, group):
    return ec2.describe_security_groups(GroupIds=[group])["SecurityGroups"][0]


def test_a_group_as_terraform_makes_it(ec2, vpc):
    made = ec2.create_security_group(GroupName="web", Description="Managed by Terraform", VpcId=vpc, TagSpecifications=tags("security-group", Name="web"))
    group = made["GroupId"]
    ec2.get_waiter("security_group_exists").wait(GroupIds=[group])
    [out] = rules(ec2, group, egress=True)
    assert (out["CidrIpv4"], out["IpProtocol"], out["FromPort"], out["ToPort"]) == ("0.0.0.0/0", "-1", -1, -1)
    assert read(ec2, group)["IpPermissionsEgress"] == [ALL_OUT | {"UserIdGroupPairs": [], "Ipv6Ranges": [], "PrefixListIds": []}]

    # It takes the rule away that AWS gave, and makes its own.
    ec2.revoke_security_group_egress(GroupId=group, IpPermissions=[ALL_OUT])
    ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[WEB])
    ec2.authorize_security_group_egress(GroupId=group, IpPermissions=[ALL_OUT | {"Ipv6Ranges": [{"CidrIpv6": "::/0"}]}])
    shown = read(ec2, group)
    assert shown["IpPermissions"][0]["IpRanges"] == WEB["IpRanges"]
    assert shown["IpPermissionsEgress"][0]["Ipv6Ranges"] == [{"CidrIpv6": "::/0"}]
    ec2.delete_security_group(GroupId=group)
    assert ec2.describe_security_groups(Filters=filters(group_id=group))["SecurityGroups"] == []


def test_a_rule_as_a_resource_of_its_own(ec2, group):
    """aws_vpc_security_group_ingress_rule: made, read, changed, tagged and removed by its id."""
    made = ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[WEB], TagSpecifications=tags("security-group-rule", Name="http"))
    [rule] = made["SecurityGroupRules"]
    rule_id = rule["SecurityGroupRuleId"]
    assert made["Return"] and rule_id.startswith("sgr-") and rule["GroupId"] == group and not rule["IsEgress"]
    [shown] = ec2.describe_security_group_rules(SecurityGroupRuleIds=[rule_id])["SecurityGroupRules"]
    assert shown == rule and shown["Tags"] == [{"Key": "Name", "Value": "http"}] and shown["Description"] == "everybody"
    assert shown["SecurityGroupRuleArn"].endswith(f":security-group-rule/{rule_id}")

    change = {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "CidrIpv4": "10.1.2.3/8"}
    ec2.modify_security_group_rules(GroupId=group, SecurityGroupRules=[{"SecurityGroupRuleId": rule_id, "SecurityGroupRule": change}])
    [shown] = ec2.describe_security_group_rules(SecurityGroupRuleIds=[rule_id])["SecurityGroupRules"]
    assert (shown["FromPort"], shown["CidrIpv4"], shown["Tags"]) == (443, "10.0.0.0/8", [{"Key": "Name", "Value": "http"}])
    assert "Description" not in shown

    ec2.create_tags(Resources=[rule_id], Tags=[{"Key": "more", "Value": "x"}])
    assert [each["SecurityGroupRuleId"] for each in ec2.describe_security_group_rules(Filters=[{"Name": "tag:more", "Values": ["x"]}])["SecurityGroupRules"]] == [rule_id]
    gone = ec2.revoke_security_group_ingress(GroupId=group, SecurityGroupRuleIds=[rule_id])
    assert [each["SecurityGroupRuleId"] for each in gone["RevokedSecurityGroupRules"]] == [rule_id]
    assert rules(ec2, group) == []


def test_a_rule_is_of_one_range(ec2, group):
    """aws_security_group_rule with two ranges: two rules, one permission."""
    both = WEB | {"IpRanges": [{"CidrIp": "10.0.0.0/8"}, {"CidrIp": "192.168.0.0/16"}]}
    assert len(ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[both])["SecurityGroupRules"]) == 2
    assert len(rules(ec2, group)) == 2 and len(read(ec2, group)["IpPermissions"]) == 1
    ec2.revoke_security_group_ingress(GroupId=group, IpPermissions=[WEB | {"IpRanges": [{"CidrIp": "10.0.0.0/8"}]}])
    assert [rule["CidrIpv4"] for rule in rules(ec2, group)] == ["192.168.0.0/16"]


def test_groups_that_name_groups(ec2, vpc, group, refused):
    other = make_group(ec2, vpc, "balancer")
    pair = {"IpProtocol": "tcp", "FromPort": 8080, "ToPort": 8090, "UserIdGroupPairs": [{"GroupId": other}]}
    [rule] = ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[pair])["SecurityGroupRules"]
    assert rule["ReferencedGroupInfo"]["GroupId"] == other
    assert refused(ec2.delete_security_group, GroupId=other) == ("DependencyViolation", 400, f"resource {other} has a dependent object")
    ec2.revoke_security_group_ingress(GroupId=group, IpPermissions=[pair])
    ec2.delete_security_group(GroupId=other)

    mine = {"IpProtocol": "-1", "UserIdGroupPairs": [{"GroupId": group}]}  # "self" is no dependency
    ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[mine])
    ec2.delete_security_group(GroupId=group)


def test_the_members_before_permissions(ec2, group):
    """What `aws ec2 authorize-security-group-ingress --protocol tcp --port 22 --cidr …` sends."""
    ec2.authorize_security_group_ingress(GroupId=group, IpProtocol="tcp", FromPort=22, ToPort=22, CidrIp="10.0.0.0/8")
    [rule] = rules(ec2, group)
    assert (rule["FromPort"], rule["CidrIpv4"]) == (22, "10.0.0.0/8")
    ec2.revoke_security_group_ingress(GroupId=group, IpProtocol="tcp", FromPort=22, ToPort=22, CidrIp="10.0.0.0/8")
    assert rules(ec2, group) == []


def test_rules_that_are_there_or_not(ec2, group, refused):
    ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[WEB])
    told = refused(ec2.authorize_security_group_ingress, GroupId=group, IpPermissions=[WEB | {"IpRanges": [{"CidrIp": "1.2.3.4/0"}]}])
    assert told == ("InvalidPermission.Duplicate", 400,
                    'the specified rule "peer: 0.0.0.0/0, TCP, from port: 80, to port: 80, ALLOW" already exists')
    assert refused(ec2.authorize_security_group_ingress, GroupId=group, IpPermissions=[WEB | {"ToPort": 81}, WEB])[0] == "InvalidPermission.Duplicate"
    assert len(rules(ec2, group)) == 1, "all rules of a call or none"
    told = refused(ec2.revoke_security_group_ingress, GroupId=group, IpPermissions=[WEB | {"ToPort": 81}])
    assert told == ("InvalidPermission.NotFound", 400, "The specified rule does not exist in this security group.")
    assert refused(ec2.revoke_security_group_egress, GroupId=group, IpPermissions=[WEB])[0] == "InvalidPermission.NotFound"
    assert refused(ec2.revoke_security_group_ingress, GroupId=group, SecurityGroupRuleIds=["sgr-0123456789abcdef0"])[0] == "InvalidSecurityGroupRuleId.NotFound"


@pytest.mark.parametrize("permission, code", [
    (WEB | {"IpProtocol": "tpc"}, "InvalidParameterValue"), (WEB | {"FromPort": 90}, "InvalidParameterValue"), (WEB | {"ToPort": 65536}, "InvalidParameterValue"),
    (WEB | {"FromPort": -1}, "InvalidParameterValue"), (WEB | {"IpRanges": [{"CidrIp": "10.0.0.0/33"}]}, "InvalidParameterValue"),
    (WEB | {"IpRanges": []}, "MissingParameter"), ({"IpProtocol": "tcp", "IpRanges": [{"CidrIp": "10.0.0.0/8"}]}, "InvalidParameterValue"),
    ({"FromPort": 80, "ToPort": 80, "IpRanges": [{"CidrIp": "10.0.0.0/8"}]}, "InvalidParameterValue"),
    (WEB | {"IpRanges": [{"CidrIp": "10.0.0.0/8"}, {"CidrIp": "10.0.0.0/8"}]}, "InvalidParameterValue"),
    ({"IpProtocol": "icmp", "FromPort": 300, "ToPort": -1, "IpRanges": [{"CidrIp": "10.0.0.0/8"}]}, "InvalidParameterValue"),
    (WEB | {"IpRanges": [], "UserIdGroupPairs": [{"GroupId": "sg-0123456789abcdef0"}]}, "InvalidGroup.NotFound"),
    (WEB | {"IpRanges": [], "UserIdGroupPairs": [{"GroupId": "x"}]}, "InvalidGroupId.Malformed"),
    (WEB | {"IpRanges": [], "PrefixListIds": [{"PrefixListId": "pl-12345678"}]}, "InvalidPrefixListId.NotFound"),
    (WEB | {"IpRanges": [{"CidrIp": "10.0.0.0/8", "Description": "x" * 256}]}, "InvalidParameterValue")])
def test_rules_that_make_no_sense(ec2, group, refused, permission, code):
    assert refused(ec2.authorize_security_group_ingress, GroupId=group, IpPermissions=[permission])[:2] == (code, 400)
    assert rules(ec2, group) == []


def test_protocols_have_one_name(ec2, group):
    for protocol, name in (("6", "tcp"), ("17", "udp"), ("1", "icmp"), ("all", "-1"), ("50", "50"), ("TCP", "tcp")):
        [rule] = ec2.authorize_security_group_ingress(
            GroupId=group, IpPermissions=[{"IpProtocol": protocol, "FromPort": 3, "ToPort": 3, "IpRanges": [{"CidrIp": f"10.{len(protocol)}.0.0/16"}]}])["SecurityGroupRules"]
        assert rule["IpProtocol"] == name


def test_a_group_of_another_vpc_is_not_named(ec2, vpc, group, refused):
    other_vpc = make_vpc(ec2, "10.1.0.0/16")
    theirs = make_group(ec2, other_vpc, "theirs")
    pair = {"IpProtocol": "-1", "UserIdGroupPairs": [{"GroupId": theirs}]}
    assert refused(ec2.authorize_security_group_ingress, GroupId=group, IpPermissions=[pair])[0] == "InvalidGroup.NotFound"
    remove(ec2, other_vpc)


def test_names_and_words_of_groups(ec2, vpc, group, refused):
    here = {"Description": "d", "VpcId": vpc}
    told = refused(ec2.create_security_group, GroupName="web", **here)
    assert told == ("InvalidGroup.Duplicate", 400, f"The security group 'web' already exists for VPC '{vpc}'")
    assert refused(ec2.create_security_group, GroupName="default", **here)[0] == "InvalidGroup.Duplicate"
    for name in ("sg-mine", "ümlaut", "x" * 256):
        assert refused(ec2.create_security_group, GroupName=name, **here)[0] == "InvalidParameterValue"
    [default] = ec2.describe_security_groups(Filters=filters(group_name="default", vpc_id=vpc))["SecurityGroups"]
    assert refused(ec2.delete_security_group, GroupId=default["GroupId"])[0] == "CannotDelete"
    assert refused(ec2.delete_security_group, GroupId="sg-0123456789abcdef0")[0] == "InvalidGroup.NotFound"
    assert refused(ec2.delete_security_group, GroupId="web")[0] == "InvalidGroupId.Malformed"
    assert refused(ec2.delete_security_group)[0] == "MissingParameter"


def test_the_default_vpcs_groups_have_names(ec2):
    ec2.create_security_group(GroupName="by-name", Description="d")
    ec2.authorize_security_group_ingress(GroupName="by-name", IpPermissions=[WEB])
    [group] = ec2.describe_security_groups(GroupNames=["by-name"])["SecurityGroups"]
    assert len(rules(ec2, group["GroupId"])) == 1
    ec2.delete_security_group(GroupName="by-name")


def test_descriptions_of_rules(ec2, group, refused):
    ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[WEB])
    ec2.update_security_group_rule_descriptions_ingress(GroupId=group, IpPermissions=[WEB | {"IpRanges": [{"CidrIp": "0.0.0.0/0", "Description": "all"}]}])
    assert rules(ec2, group)[0]["Description"] == "all"
    [out] = rules(ec2, group, egress=True)
    described = [{"SecurityGroupRuleId": out["SecurityGroupRuleId"], "Description": "out"}]
    ec2.update_security_group_rule_descriptions_egress(GroupId=group, SecurityGroupRuleDescriptions=described)
    assert rules(ec2, group, egress=True)[0]["Description"] == "out"
    assert refused(ec2.update_security_group_rule_descriptions_ingress, GroupId=group, SecurityGroupRuleDescriptions=described)[0] == "InvalidSecurityGroupRuleId.NotFound"
    assert refused(ec2.update_security_group_rule_descriptions_ingress, GroupId=group, IpPermissions=[WEB | {"ToPort": 81}])[0] == "InvalidPermission.NotFound"


def test_pages_of_rules(ec2, group):
    ranges = [{"CidrIp": f"10.0.{i}.0/24"} for i in range(11)]
    ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[WEB | {"IpRanges": ranges}])
    pages = list(ec2.get_paginator("describe_security_group_rules").paginate(Filters=filters(group_id=group), PaginationConfig={"PageSize": 5}))
    found = [rule["SecurityGroupRuleId"] for page in pages for rule in page["SecurityGroupRules"]]
    assert [len(page["SecurityGroupRules"]) for page in pages] == [5, 5, 2] and len(set(found)) == 12


def test_two_rules_do_not_become_one(ec2, group, refused):
    ranges = [{"CidrIp": "10.0.0.0/8"}, {"CidrIp": "192.168.0.0/16"}]
    first, second = ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[WEB | {"IpRanges": ranges}])["SecurityGroupRules"]
    same = {"IpProtocol": "tcp", "FromPort": 80, "ToPort": 80, "CidrIpv4": first["CidrIpv4"]}
    change = [{"SecurityGroupRuleId": second["SecurityGroupRuleId"], "SecurityGroupRule": same}]
    assert refused(ec2.modify_security_group_rules, GroupId=group, SecurityGroupRules=change)[0] == "InvalidPermission.Duplicate"
    change[0]["SecurityGroupRule"] = same | {"CidrIpv6": "::/0"}
    assert refused(ec2.modify_security_group_rules, GroupId=group, SecurityGroupRules=change)[0] == "InvalidParameterCombination"
