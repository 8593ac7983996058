"""Parameter Store through boto3."""

import base64

import pytest


@pytest.fixture
def ssm(control_plane):
    return control_plane.ssm


def test_a_parameter_s_life(ssm, refused):
    assert ssm.put_parameter(Name="/life/url", Value="http://x", Type="String", Description="d") | {"ResponseMetadata": 0} == {
        "Version": 1, "Tier": "Standard", "ResponseMetadata": 0}
    assert refused(ssm.put_parameter, Name="/life/url", Value="y", Type="String")[:2] == ("ParameterAlreadyExists", 400)
    assert ssm.put_parameter(Name="/life/url", Value="ünïcode ✓", Overwrite=True)["Version"] == 2
    told = ssm.get_parameter(Name="/life/url")["Parameter"]
    assert (told["Value"], told["Type"], told["Version"]) == ("ünïcode ✓", "String", 2)
    assert told["LastModifiedDate"].tzinfo is not None
    assert ssm.get_parameter(Name=told["ARN"])["Parameter"]["Value"] == "ünïcode ✓"
    assert ssm.get_parameter(Name="/life/url:1")["Parameter"]["Value"] == "http://x"
    ssm.delete_parameter(Name="/life/url")
    assert refused(ssm.get_parameter, Name="/life/url")[:2] == ("ParameterNotFound", 400)
    assert refused(ssm.delete_parameter, Name="/life/url")[:2] == ("ParameterNotFound", 400)


def test_secure_ones(control_plane, ssm, refused):
    ssm.put_parameter(Name="/secure/a", Value="s3cret", Type="SecureString")
    closed = ssm.get_parameter(Name="/secure/a")["Parameter"]["Value"]
    assert b"s3cret" not in base64.b64decode(closed)
    assert ssm.get_parameter(Name="/secure/a", WithDecryption=True)["Parameter"]["Value"] == "s3cret"
    # With a key of one's own the value is a ciphertext of KMS, bound to the parameter.
    key = control_plane.kms.create_key()["KeyMetadata"]["KeyId"]
    ssm.put_parameter(Name="/secure/b", Value="own", Type="SecureString", KeyId=key)
    told = ssm.get_parameter(Name="/secure/b")["Parameter"]
    assert control_plane.kms.decrypt(CiphertextBlob=base64.b64decode(told["Value"]),
                                     EncryptionContext={"PARAMETER_ARN": told["ARN"]})["Plaintext"] == b"own"
    control_plane.kms.disable_key(KeyId=key)
    assert refused(ssm.get_parameter, Name="/secure/b", WithDecryption=True)[:2] == ("InvalidKeyId", 400)
    [described] = ssm.describe_parameters(ParameterFilters=[{"Key": "KeyId", "Values": [key]}])["Parameters"]
    assert described["Name"] == "/secure/b" and "Value" not in described


def test_versions_and_labels(ssm, refused):
    for value in ("one", "two", "three"):
        ssm.put_parameter(Name="versions", Value=value, Type="String", Overwrite=True)
    assert ssm.label_parameter_version(Name="versions", ParameterVersion=2, Labels=["live", "9no"])["InvalidLabels"] == ["9no"]
    assert ssm.get_parameter(Name="versions:live")["Parameter"]["Value"] == "two"
    pages = ssm.get_paginator("get_parameter_history").paginate(Name="versions", PaginationConfig={"PageSize": 2})
    history = [each for page in pages for each in page["Parameters"]]
    assert [(each["Value"], each["Labels"]) for each in history] == [("one", []), ("two", ["live"]), ("three", [])]
    assert ssm.unlabel_parameter_version(Name="versions", ParameterVersion=2, Labels=["live"])["RemovedLabels"] == ["live"]
    assert refused(ssm.get_parameter, Name="versions:live")[:2] == ("ParameterVersionNotFound", 400)


def test_paths_and_pages(ssm):
    names = [f"/pages/{at:02}" for at in range(12)]
    for name in names:
        ssm.put_parameter(Name=name, Value="v", Type="StringList")
    ssm.put_parameter(Name="/pages/deep/er", Value="v", Type="String")
    pages = list(ssm.get_paginator("get_parameters_by_path").paginate(Path="/pages", PaginationConfig={"PageSize": 5}))
    assert [each["Name"] for page in pages for each in page["Parameters"]] == names
    assert len(pages) == 3
    found = ssm.get_parameters_by_path(Path="/pages", Recursive=True, ParameterFilters=[{"Key": "Type", "Values": ["String"]}])
    assert [each["Name"] for each in found["Parameters"]] == ["/pages/deep/er"]
    pages = ssm.get_paginator("describe_parameters").paginate(
        ParameterFilters=[{"Key": "Name", "Option": "BeginsWith", "Values": ["/pages/0"]}], PaginationConfig={"PageSize": 3})
    assert [each["Name"] for page in pages for each in page["Parameters"]] == names[:10]
    several = ssm.get_parameters(Names=[names[0], "/pages/none"])
    assert ([each["Name"] for each in several["Parameters"]], several["InvalidParameters"]) == ([names[0]], ["/pages/none"])
    assert ssm.delete_parameters(Names=names[:10])["DeletedParameters"] == names[:10]


def test_rules(ssm, refused):
    ssm.put_parameter(Name="/rules/n", Value="12", Type="String", AllowedPattern="^\\d+$")
    assert refused(ssm.put_parameter, Name="/rules/n", Value="x", Overwrite=True)[0] == "ParameterPatternMismatchException"
    assert refused(ssm.put_parameter, Name="/rules/big", Value="x" * 4097, Type="String")[0] == "ValidationException"
    ssm.put_parameter(Name="/rules/big", Value="x" * 8192, Type="String", Tier="Advanced")
    assert refused(ssm.put_parameter, Name="/aws/x", Value="x", Type="String")[:2] == ("AccessDeniedException", 400)
    assert refused(ssm.put_parameter, Name="/l" * 16, Value="x", Type="String")[0] == "HierarchyLevelLimitExceededException"


def test_tags(ssm, refused):
    ssm.put_parameter(Name="/tags", Value="v", Type="String", Tags=[{"Key": "a", "Value": "1"}])
    ssm.add_tags_to_resource(ResourceType="Parameter", ResourceId="/tags", Tags=[{"Key": "b", "Value": "2"}])
    ssm.remove_tags_from_resource(ResourceType="Parameter", ResourceId="/tags", TagKeys=["a"])
    assert ssm.list_tags_for_resource(ResourceType="Parameter", ResourceId="/tags")["TagList"] == [{"Key": "b", "Value": "2"}]
    assert refused(ssm.list_tags_for_resource, ResourceType="Parameter", ResourceId="/none")[0] == "InvalidResourceId"
