"""Keys, aliases and what is done with them, through boto3."""

import json

import pytest


@pytest.fixture
def kms(control_plane):
    return control_plane.kms


@pytest.fixture
def key(kms):
    return kms.create_key(Description="of a test")["KeyMetadata"]["KeyId"]


def test_a_key_s_life(kms, key, refused):
    arn = kms.describe_key(KeyId=key)["KeyMetadata"]["Arn"]
    kms.update_key_description(KeyId=arn, Description="changed")
    assert kms.describe_key(KeyId=arn)["KeyMetadata"]["Description"] == "changed"
    assert arn in [each["KeyArn"] for page in kms.get_paginator("list_keys").paginate(PaginationConfig={"PageSize": 1}) for each in page["Keys"]]
    kms.disable_key(KeyId=key)
    assert refused(kms.encrypt, KeyId=key, Plaintext=b"x")[:2] == ("DisabledException", 400)
    kms.enable_key(KeyId=key)
    kms.encrypt(KeyId=key, Plaintext=b"x")
    told = kms.schedule_key_deletion(KeyId=key, PendingWindowInDays=7)
    assert (told["KeyState"], told["PendingWindowInDays"]) == ("PendingDeletion", 7)
    assert refused(kms.encrypt, KeyId=key, Plaintext=b"x")[0] == "KMSInvalidStateException"
    kms.cancel_key_deletion(KeyId=key)
    assert kms.describe_key(KeyId=key)["KeyMetadata"]["KeyState"] == "Disabled"


def test_other_kinds_of_keys(kms, refused):
    code, status, message = refused(kms.create_key, KeySpec="RSA_2048", KeyUsage="SIGN_VERIFY")
    assert (code, status) == ("UnsupportedOperationException", 400) and "RSA_2048" in message
    assert refused(kms.generate_mac, KeyId="alias/x", Message=b"x", MacAlgorithm="HMAC_SHA_256")[0] == "UnknownOperationException"


def test_aliases(kms, key, refused):
    other = kms.create_key()["KeyMetadata"]["KeyId"]
    kms.create_alias(AliasName="alias/test/one", TargetKeyId=key)
    assert refused(kms.create_alias, AliasName="alias/test/one", TargetKeyId=other)[0] == "AlreadyExistsException"
    assert kms.describe_key(KeyId="alias/test/one")["KeyMetadata"]["KeyId"] == key
    kms.update_alias(AliasName="alias/test/one", TargetKeyId=other)
    assert [each["AliasName"] for each in kms.list_aliases(KeyId=other)["Aliases"]] == ["alias/test/one"]
    kms.delete_alias(AliasName="alias/test/one")
    assert refused(kms.describe_key, KeyId="alias/test/one")[:2] == ("NotFoundException", 400)


def test_encryption(kms, key, refused):
    context = {"purpose": "test", "ü": "世界"}
    sealed = kms.encrypt(KeyId=key, Plaintext=b"\0secret\xff", EncryptionContext=context)["CiphertextBlob"]
    assert b"secret" not in sealed
    assert kms.decrypt(CiphertextBlob=sealed, EncryptionContext=context)["Plaintext"] == b"\0secret\xff"
    assert refused(kms.decrypt, CiphertextBlob=sealed)[:2] == ("InvalidCiphertextException", 400)
    assert refused(kms.decrypt, CiphertextBlob=b"garbage")[0] == "InvalidCiphertextException"
    other = kms.create_key()["KeyMetadata"]["KeyId"]
    moved = kms.re_encrypt(CiphertextBlob=sealed, SourceEncryptionContext=context, DestinationKeyId=other)
    assert kms.decrypt(CiphertextBlob=moved["CiphertextBlob"], KeyId=other)["Plaintext"] == b"\0secret\xff"
    assert refused(kms.decrypt, CiphertextBlob=moved["CiphertextBlob"], KeyId=key)[0] == "IncorrectKeyException"
    assert len(kms.encrypt(KeyId=key, Plaintext=b"x" * 4096)["CiphertextBlob"]) <= 6144


def test_data_keys(kms, key):
    made = kms.generate_data_key(KeyId=key, KeySpec="AES_256", EncryptionContext={"a": "b"})
    assert kms.decrypt(CiphertextBlob=made["CiphertextBlob"], EncryptionContext={"a": "b"})["Plaintext"] == made["Plaintext"]
    hidden = kms.generate_data_key_without_plaintext(KeyId=key, KeySpec="AES_128")
    assert len(kms.decrypt(CiphertextBlob=hidden["CiphertextBlob"])["Plaintext"]) == 16
    assert len(kms.generate_random(NumberOfBytes=24)["Plaintext"]) == 24


def test_policies_and_tags(kms, key, refused):
    policy = json.loads(kms.get_key_policy(KeyId=key, PolicyName="default")["Policy"])
    policy["Statement"][0]["Sid"] = "Changed"
    kms.put_key_policy(KeyId=key, PolicyName="default", Policy=json.dumps(policy))
    assert json.loads(kms.get_key_policy(KeyId=key)["Policy"]) == policy
    assert refused(kms.put_key_policy, KeyId=key, Policy="{")[:2] == ("MalformedPolicyDocumentException", 400)
    assert kms.list_key_policies(KeyId=key)["PolicyNames"] == ["default"]
    kms.tag_resource(KeyId=key, Tags=[{"TagKey": "a", "TagValue": "1"}, {"TagKey": "b", "TagValue": "2"}])
    kms.untag_resource(KeyId=key, TagKeys=["a"])
    assert kms.list_resource_tags(KeyId=key)["Tags"] == [{"TagKey": "b", "TagValue": "2"}]


def test_rotation(kms, key):
    kms.enable_key_rotation(KeyId=key, RotationPeriodInDays=180)
    told = kms.get_key_rotation_status(KeyId=key)
    assert (told["KeyRotationEnabled"], told["RotationPeriodInDays"]) == (True, 180)
    kms.disable_key_rotation(KeyId=key)
    assert kms.get_key_rotation_status(KeyId=key)["KeyRotationEnabled"] is False
