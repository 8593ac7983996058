"""Secrets Manager through boto3."""

import json
import uuid

import pytest


@pytest.fixture
def secrets(control_plane):
    return control_plane.secretsmanager


def test_a_secret_s_life(secrets, refused):
    arn = secrets.create_secret(Name="life/db", SecretString=json.dumps({"user": "u", "password": "p"}), Description="d")["ARN"]
    assert refused(secrets.create_secret, Name="life/db", SecretString="x")[:2] == ("ResourceExistsException", 400)
    for name in ("life/db", arn, arn[:-7]):
        assert json.loads(secrets.get_secret_value(SecretId=name)["SecretString"])["password"] == "p"
    told = secrets.describe_secret(SecretId=arn)
    assert (told["Name"], told["Description"]) == ("life/db", "d") and "SecretString" not in told
    secrets.update_secret(SecretId=arn, Description="e", SecretString="two")
    assert secrets.get_secret_value(SecretId=arn)["SecretString"] == "two"
    secrets.delete_secret(SecretId=arn, RecoveryWindowInDays=7)
    assert refused(secrets.get_secret_value, SecretId=arn)[:2] == ("InvalidRequestException", 400)
    secrets.restore_secret(SecretId=arn)
    assert secrets.get_secret_value(SecretId=arn)["SecretString"] == "two"
    secrets.delete_secret(SecretId=arn, ForceDeleteWithoutRecovery=True)
    assert refused(secrets.get_secret_value, SecretId=arn)[:2] == ("ResourceNotFoundException", 400)


def test_versions(secrets, refused):
    token = str(uuid.uuid4())
    arn = secrets.create_secret(Name="versions", SecretBinary=b"\0\xff", ClientRequestToken=token)["ARN"]
    assert secrets.get_secret_value(SecretId=arn)["SecretBinary"] == b"\0\xff"
    put = secrets.put_secret_value(SecretId=arn, SecretString="two", VersionStages=["AWSPENDING"])
    assert put["VersionStages"] == ["AWSPENDING"]
    secrets.update_secret_version_stage(SecretId=arn, VersionStage="AWSCURRENT", RemoveFromVersionId=token, MoveToVersionId=put["VersionId"])
    assert secrets.get_secret_value(SecretId=arn)["SecretString"] == "two"
    assert secrets.get_secret_value(SecretId=arn, VersionStage="AWSPREVIOUS")["VersionId"] == token
    assert refused(secrets.put_secret_value, SecretId=arn, SecretString="x", ClientRequestToken=token)[0] == "ResourceExistsException"
    listed, page = set(), {}  # botocore has no paginator for it
    while page is not None:
        page = secrets.list_secret_version_ids(SecretId=arn, MaxResults=1, **page)
        assert len(page["Versions"]) == 1
        listed.add(page["Versions"][0]["VersionId"])
        page = {"NextToken": page["NextToken"]} if "NextToken" in page else None
    assert listed == {token, put["VersionId"]}


def test_listings(secrets):
    names = [f"list/{at}" for at in range(5)]
    for name in names:
        secrets.create_secret(Name=name, SecretString=f"value of {name}", Tags=[{"Key": "list", "Value": name}])
    pages = list(secrets.get_paginator("list_secrets").paginate(Filters=[{"Key": "name", "Values": ["list/"]}], PaginationConfig={"PageSize": 2}))
    assert [len(page["SecretList"]) for page in pages] == [2, 2, 1]
    assert sorted(each["Name"] for page in pages for each in page["SecretList"]) == names
    assert "value of" not in json.dumps(pages, default=str)
    batch = secrets.batch_get_secret_value(SecretIdList=[names[0], "list/none"])
    assert [each["SecretString"] for each in batch["SecretValues"]] == ["value of list/0"]
    assert [each["ErrorCode"] for each in batch["Errors"]] == ["ResourceNotFoundException"]


def test_policies_tags_and_passwords(secrets, refused):
    arn = secrets.create_secret(Name="policy")["ARN"]
    policy = json.dumps({"Version": "2012-10-17", "Statement": [
        {"Effect": "Deny", "Principal": "*", "Action": "secretsmanager:GetSecretValue", "Resource": "*"}]})
    assert secrets.validate_resource_policy(ResourcePolicy=policy)["PolicyValidationPassed"] is True
    secrets.put_resource_policy(SecretId=arn, ResourcePolicy=policy, BlockPublicPolicy=True)
    assert secrets.get_resource_policy(SecretId=arn)["ResourcePolicy"] == policy
    secrets.delete_resource_policy(SecretId=arn)
    assert "ResourcePolicy" not in secrets.get_resource_policy(SecretId=arn)
    assert refused(secrets.put_resource_policy, SecretId=arn, ResourcePolicy="{}")[:2] == ("MalformedPolicyDocumentException", 400)
    secrets.tag_resource(SecretId=arn, Tags=[{"Key": "a", "Value": "1"}, {"Key": "b", "Value": "2"}])
    secrets.untag_resource(SecretId=arn, TagKeys=["a"])
    assert secrets.describe_secret(SecretId=arn)["Tags"] == [{"Key": "b", "Value": "2"}]
    assert len(secrets.get_random_password(PasswordLength=20, ExcludePunctuation=True)["RandomPassword"]) == 20
    assert refused(secrets.rotate_secret, SecretId=arn)[0] == "UnknownOperationException"
