"""Sessions: what they may do, when they die, and the URL that proves who one is."""

import json
import urllib.error
import urllib.request

import pytest
from harness.waiting import eventually
from test_iam import TRUST


@pytest.fixture
def role(control_plane):
    made = control_plane.iam.create_role(RoleName="visitor", AssumeRolePolicyDocument=json.dumps(TRUST))["Role"]
    yield made
    names = [each["RoleName"] for each in control_plane.iam.list_roles()["Roles"]]
    if "visitor" in names:
        control_plane.iam.delete_role(RoleName="visitor")


def key_of(answer):
    credentials = answer["Credentials"]
    return credentials["AccessKeyId"], credentials["SecretAccessKey"], credentials["SessionToken"]


def assume(server, role, name="s1"):
    return server.sts.assume_role(RoleArn=role["Arn"], RoleSessionName=name)


def test_the_administrator(control_plane):
    told = control_plane.sts.get_caller_identity()
    assert (told["Account"], told["Arn"]) == ("000000000000", "arn:aws:iam::000000000000:user/admin")


def test_an_assumed_role_is_who_it_is(control_plane, role):
    answer = assume(control_plane, role)
    assert answer["AssumedRoleUser"]["Arn"] == "arn:aws:sts::000000000000:assumed-role/visitor/s1"
    told = control_plane.client("sts", key_of(answer)).get_caller_identity()
    assert told["Arn"] == answer["AssumedRoleUser"]["Arn"]
    assert told["UserId"] == answer["AssumedRoleUser"]["AssumedRoleId"]


def test_get_session_token(control_plane):
    answer = control_plane.sts.get_session_token(DurationSeconds=900)
    assert answer["Credentials"]["AccessKeyId"].startswith("ASIA")
    told = control_plane.client("sts", key_of(answer)).get_caller_identity()
    assert told["Arn"].endswith(":user/admin")


@pytest.mark.parametrize("service, operation, members, code, status", [
    ("ecs", "list_clusters", {}, "AccessDeniedException", 400),
    ("ecs", "run_task", {"taskDefinition": "x"}, "AccessDeniedException", 400),
    ("logs", "describe_log_groups", {}, "AccessDeniedException", 400),
    ("iam", "list_users", {}, "AccessDenied", 403),
    ("ec2", "describe_vpcs", {}, "UnauthorizedOperation", 403),
])
def test_a_session_without_policies_may_do_nothing(control_plane, role, refused, service, operation, members, code, status):
    client = control_plane.client(service, key_of(assume(control_plane, role)))
    told = refused(getattr(client, operation), **members)
    assert told[:2] == (code, status)
    if service != "ec2":
        action = "".join(word.title() for word in operation.split("_"))
        assert f"assumed-role/visitor/s1 is not authorized to perform: {service}:{action}" in told[2]


def test_a_session_dies_with_its_role(control_plane, role, refused):
    sts = control_plane.client("sts", key_of(assume(control_plane, role)))
    sts.get_caller_identity()
    control_plane.iam.delete_role(RoleName="visitor")
    assert refused(sts.get_caller_identity)[:2] == ("ExpiredToken", 403)
    # A new role of the same name is another role.
    control_plane.iam.create_role(RoleName="visitor", AssumeRolePolicyDocument=json.dumps(TRUST))
    assert refused(sts.get_caller_identity)[:2] == ("ExpiredToken", 403)


@pytest.mark.parametrize("spoil", [lambda key: (key[0], key[1], key[2][:-8] + "AAAAAAA="),
                                   lambda key: (key[0], key[1]),
                                   lambda key: (key[0], key[1], "no token"),
                                   lambda key: ("ASIA" + "A" * 16, key[1], key[2])])
def test_a_spoilt_session(control_plane, role, refused, spoil):
    key = spoil(key_of(assume(control_plane, role)))
    assert refused(control_plane.client("sts", key).get_caller_identity)[:2] == ("InvalidClientTokenId", 403)
    assert refused(control_plane.client("ecs", key).list_clusters)[:2] == ("UnrecognizedClientException", 400)


def test_a_session_s_secret_is_checked(control_plane, role, refused):
    key = key_of(assume(control_plane, role))
    sts = control_plane.client("sts", (key[0], key[1] + "x", key[2]))
    assert refused(sts.get_caller_identity)[:2] == ("SignatureDoesNotMatch", 403)


def test_who_may_not_be_assumed(control_plane, role, refused):
    sts = control_plane.sts
    arn = role["Arn"].replace("visitor", "nobody")
    assert refused(sts.assume_role, RoleArn=arn, RoleSessionName="s1")[:2] == ("AccessDenied", 403)
    assert refused(sts.assume_role, RoleArn=role["Arn"], RoleSessionName="a b")[:2] == ("ValidationError", 400)
    assert refused(sts.assume_role, RoleArn=role["Arn"], RoleSessionName="s1", DurationSeconds=43200)[:2] == ("ValidationError", 400)
    assert refused(sts.assume_role, RoleArn=role["Arn"], RoleSessionName="s1", Policy="{")[:2] == ("MalformedPolicyDocument", 400)


def test_a_presigned_url_tells_who_signed_it(control_plane, role):
    for key, arn in ((None, ":user/admin"), (key_of(assume(control_plane, role)), "assumed-role/visitor/s1")):
        url = control_plane.client("sts", key).generate_presigned_url("get_caller_identity", ExpiresIn=60, HttpMethod="GET")
        assert url.startswith(control_plane.endpoint)
        with urllib.request.urlopen(url) as answer:
            assert arn in answer.read().decode()
        with pytest.raises(urllib.error.HTTPError) as caught:
            urllib.request.urlopen(url.replace("GetCallerIdentity", "GetSessionToken"))
        assert caught.value.code == 403 and "SignatureDoesNotMatch" in caught.value.read().decode()


def test_a_presigned_url_expires(control_plane):
    url = control_plane.sts.generate_presigned_url("get_caller_identity", ExpiresIn=1, HttpMethod="GET")

    def over():
        try:
            urllib.request.urlopen(url).close()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()

    code, body = eventually(over, "the URL to expire", pause_s=0.2)
    assert code == 403 and "<Code>SignatureDoesNotMatch</Code>" in body and "Signature expired" in body
