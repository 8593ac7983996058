"""Who may read a secret: identity policies by ARN, a secret's own policy, a key's policy, and leave to use the key."""

import json

import pytest
from test_policies import ACCOUNT, User, allow, arn, deny, policy

DENIED = ("AccessDeniedException", 400)


@pytest.fixture
def dora(control_plane):
    made = User(control_plane, "dora")
    yield made
    made.remove()


def test_a_parameter_by_its_arn(control_plane, dora, refused):
    for name in ("/narrow/a", "/narrow/b"):
        control_plane.ssm.put_parameter(Name=name, Value="v", Type="SecureString", Overwrite=True)
    dora.may(allow("ssm:GetParameter*", arn("parameter/narrow/a", "ssm")))
    ssm = dora.client("ssm")
    assert ssm.get_parameter(Name="/narrow/a", WithDecryption=True)["Parameter"]["Value"] == "v"
    assert ssm.get_parameter(Name=arn("parameter/narrow/a", "ssm") + ":1")["Parameter"]["Version"] == 1
    for call, members in ((ssm.get_parameter, {"Name": "/narrow/b"}), (ssm.get_parameters, {"Names": ["/narrow/a", "/narrow/b"]}),
                          (ssm.get_parameters_by_path, {"Path": "/narrow"}), (ssm.delete_parameter, {"Name": "/narrow/a"})):
        assert refused(call, **members)[:2] == DENIED
    assert arn("parameter/narrow/b", "ssm") in refused(ssm.get_parameter, Name="/narrow/b")[2]
    dora.may(allow("ssm:*"), deny("ssm:*", arn("parameter/narrow/b", "ssm")))
    assert refused(ssm.get_parameter, Name="/narrow/b")[:2] == DENIED


def test_a_secret_by_its_arn_and_its_own_policy(control_plane, dora, refused):
    secret = control_plane.secretsmanager.create_secret(Name="narrow/s", SecretString="v")["ARN"]
    client = dora.client("secretsmanager")
    assert refused(client.get_secret_value, SecretId="narrow/s")[:2] == DENIED
    dora.may(allow("secretsmanager:GetSecretValue", arn("secret:narrow/s-??????", "secretsmanager")))
    for name in ("narrow/s", secret, secret[:-7]):
        assert client.get_secret_value(SecretId=name)["SecretString"] == "v"
    assert refused(client.delete_secret, SecretId="narrow/s")[:2] == DENIED
    own = {"Sid": "No", "Effect": "Deny", "Principal": {"AWS": dora.arn}, "Action": "secretsmanager:GetSecretValue", "Resource": "*"}
    control_plane.secretsmanager.put_resource_policy(SecretId=secret, ResourcePolicy=policy(own))
    code, status, message = refused(client.get_secret_value, SecretId="narrow/s")
    assert (code, status) == DENIED and "resource-based policy" in message
    # A secret's own policy lets in whom no other policy does.
    dora.may(allow("sts:GetCallerIdentity"))
    control_plane.secretsmanager.put_resource_policy(SecretId=secret, ResourcePolicy=policy(own | {"Effect": "Allow"}))
    assert client.get_secret_value(SecretId="narrow/s")["SecretString"] == "v"


def test_leave_to_use_the_key(control_plane, dora, refused):
    key = control_plane.kms.create_key()["KeyMetadata"]
    control_plane.ssm.put_parameter(Name="/keyed", Value="v", Type="SecureString", KeyId=key["KeyId"], Overwrite=True)
    control_plane.secretsmanager.create_secret(Name="keyed", SecretString="v", KmsKeyId=key["KeyId"])
    ssm, secrets = dora.client("ssm"), dora.client("secretsmanager")
    dora.may(allow(["ssm:GetParameter", "secretsmanager:GetSecretValue"]))
    assert ssm.get_parameter(Name="/keyed")["Parameter"]["Value"] != "v"
    assert refused(ssm.get_parameter, Name="/keyed", WithDecryption=True)[:2] == DENIED
    assert refused(secrets.get_secret_value, SecretId="keyed")[:2] == DENIED
    dora.may(allow(["ssm:GetParameter", "secretsmanager:GetSecretValue"]),
             allow("kms:Decrypt", key["Arn"], Condition={"StringEquals": {"kms:ViaService": "ssm.us-east-1.amazonaws.com"}}))
    assert ssm.get_parameter(Name="/keyed", WithDecryption=True)["Parameter"]["Value"] == "v"
    assert refused(secrets.get_secret_value, SecretId="keyed")[:2] == DENIED


def test_a_key_s_policy_stands_above_all(control_plane, refused):
    kms = control_plane.kms
    key = kms.create_key()["KeyMetadata"]["KeyId"]
    mine = {"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}, "Resource": "*",
            "Action": ["kms:Encrypt", "kms:DescribeKey", "kms:GetKeyPolicy"]}
    sealed = kms.encrypt(KeyId=key, Plaintext=b"x")["CiphertextBlob"]
    kms.put_key_policy(KeyId=key, Policy=policy(mine))
    kms.encrypt(KeyId=key, Plaintext=b"x")
    assert refused(kms.decrypt, CiphertextBlob=sealed)[:2] == DENIED
    assert json.loads(kms.get_key_policy(KeyId=key)["Policy"])["Statement"] == [mine]
