"""Users, roles and access keys through boto3."""

import json

import pytest

TRUST = {"Version": "2012-10-17", "Statement": [
    {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}]}
POLICY = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}
READ_ONLY = "arn:aws:iam::aws:policy/ReadOnlyAccess"


@pytest.fixture
def iam(control_plane):
    return control_plane.iam


def test_a_user_s_life(iam, refused):
    made = iam.create_user(UserName="ann", Path="/staff/", Tags=[{"Key": "team", "Value": "red"}])["User"]
    assert made["Arn"].endswith(":user/staff/ann")
    assert iam.get_user(UserName="ann")["User"]["UserId"] == made["UserId"]
    assert made["CreateDate"].tzinfo is not None
    iam.tag_user(UserName="ann", Tags=[{"Key": "floor", "Value": "3"}])
    iam.untag_user(UserName="ann", TagKeys=["team"])
    assert iam.list_user_tags(UserName="ann")["Tags"] == [{"Key": "floor", "Value": "3"}]
    iam.attach_user_policy(UserName="ann", PolicyArn=READ_ONLY)
    assert iam.list_attached_user_policies(UserName="ann")["AttachedPolicies"] == [
        {"PolicyName": "ReadOnlyAccess", "PolicyArn": READ_ONLY}]
    assert refused(iam.delete_user, UserName="ann")[:2] == ("DeleteConflict", 409)
    iam.detach_user_policy(UserName="ann", PolicyArn=READ_ONLY)
    iam.delete_user(UserName="ann")
    assert refused(iam.get_user, UserName="ann")[:2] == ("NoSuchEntity", 404)
    assert refused(iam.create_user, UserName="admin")[:2] == ("EntityAlreadyExists", 409)


def test_an_access_key_s_life(control_plane, iam, refused):
    iam.create_user(UserName="bob")
    key = iam.create_access_key(UserName="bob")["AccessKey"]
    sts = control_plane.client("sts", (key["AccessKeyId"], key["SecretAccessKey"]))
    assert sts.get_caller_identity()["Arn"].endswith(":user/bob")
    assert [each["Status"] for each in iam.list_access_keys(UserName="bob")["AccessKeyMetadata"]] == ["Active"]
    iam.update_access_key(UserName="bob", AccessKeyId=key["AccessKeyId"], Status="Inactive")
    assert refused(sts.get_caller_identity)[:2] == ("InvalidClientTokenId", 403)
    iam.update_access_key(UserName="bob", AccessKeyId=key["AccessKeyId"], Status="Active")
    assert sts.get_caller_identity()["UserId"].startswith("AIDA")
    iam.delete_access_key(UserName="bob", AccessKeyId=key["AccessKeyId"])
    assert refused(sts.get_caller_identity)[:2] == ("InvalidClientTokenId", 403)
    iam.delete_user(UserName="bob")


def test_a_role_s_life(iam, refused):
    iam.create_role(RoleName="worker", AssumeRolePolicyDocument=json.dumps(TRUST), Description="works")
    other = TRUST | {"Statement": [TRUST["Statement"][0] | {"Sid": "One"}]}
    iam.update_assume_role_policy(RoleName="worker", PolicyDocument=json.dumps(other))
    role = iam.get_role(RoleName="worker")["Role"]
    assert (role["AssumeRolePolicyDocument"], role["Description"]) == (other, "works")
    assert "worker" in [each["RoleName"] for each in iam.list_roles()["Roles"]]

    iam.put_role_policy(RoleName="worker", PolicyName="inline", PolicyDocument=json.dumps(POLICY))
    assert iam.get_role_policy(RoleName="worker", PolicyName="inline")["PolicyDocument"] == POLICY
    assert iam.list_role_policies(RoleName="worker")["PolicyNames"] == ["inline"]
    iam.delete_role_policy(RoleName="worker", PolicyName="inline")
    iam.attach_role_policy(RoleName="worker", PolicyArn=READ_ONLY)
    assert iam.list_attached_role_policies(RoleName="worker")["AttachedPolicies"][0]["PolicyArn"] == READ_ONLY
    assert refused(iam.delete_role, RoleName="worker")[:2] == ("DeleteConflict", 409)
    iam.detach_role_policy(RoleName="worker", PolicyArn=READ_ONLY)

    iam.tag_role(RoleName="worker", Tags=[{"Key": "a", "Value": "1"}, {"Key": "b", "Value": ""}])
    iam.untag_role(RoleName="worker", TagKeys=["a"])
    assert iam.list_role_tags(RoleName="worker")["Tags"] == [{"Key": "b", "Value": ""}]
    iam.delete_role(RoleName="worker")
    assert refused(iam.get_role, RoleName="worker")[:2] == ("NoSuchEntity", 404)


def test_pages_and_waiters(iam):
    names = [f"page-{at}" for at in range(7)]
    for name in names:
        iam.create_user(UserName=name, Path="/pages/")
    pages = list(iam.get_paginator("list_users").paginate(PathPrefix="/pages/", PaginationConfig={"PageSize": 3}))
    assert [len(page["Users"]) for page in pages] == [3, 3, 1]
    assert [user["UserName"] for page in pages for user in page["Users"]] == names
    iam.get_waiter("user_exists").wait(UserName=names[0], WaiterConfig={"Delay": 1, "MaxAttempts": 1})
