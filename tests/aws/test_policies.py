"""Policies decide: a user with a narrow one is denied and allowed, and everything that narrows narrows."""

import json

import pytest

ACCOUNT = "000000000000"


def policy(*statements):
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def allow(action, resource="*", **more):
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


def deny(action, resource="*", **more):
    return {"Effect": "Deny", "Action": action, "Resource": resource, **more}


TRUST_ACCOUNT = policy({"Effect": "Allow", "Action": ["sts:AssumeRole", "sts:TagSession"],
                        "Principal": {"AWS": ACCOUNT}})
TRUST_TASKS = policy({"Effect": "Allow", "Action": "sts:AssumeRole",
                      "Principal": {"Service": "ecs-tasks.amazonaws.com"}})


@pytest.fixture
def iam(control_plane):
    return control_plane.iam


class User:
    """A user with a key, and clients of it."""

    def __init__(self, server, name):
        self.server, self.name, self.iam = server, name, server.iam
        self.arn = self.iam.create_user(UserName=name)["User"]["Arn"]
        key = self.iam.create_access_key(UserName=name)["AccessKey"]
        self.key = key["AccessKeyId"], key["SecretAccessKey"]

    def client(self, service):
        return self.server.client(service, self.key)

    def may(self, *statements, name="p"):
        self.iam.put_user_policy(UserName=self.name, PolicyName=name, PolicyDocument=policy(*statements))

    def remove(self):
        iam = self.iam
        for name in iam.list_user_policies(UserName=self.name)["PolicyNames"]:
            iam.delete_user_policy(UserName=self.name, PolicyName=name)
        for each in iam.list_attached_user_policies(UserName=self.name)["AttachedPolicies"]:
            iam.detach_user_policy(UserName=self.name, PolicyArn=each["PolicyArn"])
        for group in iam.list_groups_for_user(UserName=self.name)["Groups"]:
            iam.remove_user_from_group(UserName=self.name, GroupName=group["GroupName"])
        iam.delete_access_key(UserName=self.name, AccessKeyId=self.key[0])
        iam.delete_user(UserName=self.name)


@pytest.fixture
def carol(control_plane):
    made = User(control_plane, "carol")
    yield made
    made.remove()


@pytest.fixture
def clusters(control_plane):
    names = "narrow-red", "narrow-blue"
    for name in names:
        control_plane.ecs.create_cluster(clusterName=name, tags=[{"key": "team", "value": name.split("-")[1]}])
    yield names
    for name in names:
        control_plane.ecs.delete_cluster(cluster=name)


def arn(resource, service="ecs"):
    return f"arn:aws:{service}:us-east-1:{ACCOUNT}:{resource}"


def test_a_narrow_policy(carol, clusters, refused):
    ecs = carol.client("ecs")
    told = refused(ecs.describe_clusters, clusters=["narrow-red"])
    assert told == ("AccessDeniedException", 400,
                    f"User: {carol.arn} is not authorized to perform: ecs:DescribeClusters on resource: "
                    f"{arn('cluster/narrow-red')} because no identity-based policy allows the ecs:DescribeClusters "
                    "action")
    carol.may(allow("ecs:Describe*", arn("cluster/narrow-r*")))
    assert ecs.describe_clusters(clusters=["narrow-red"])["clusters"][0]["clusterName"] == "narrow-red"
    assert f"on resource: {arn('cluster/narrow-blue')}" in refused(
        ecs.describe_clusters, clusters=["narrow-red", "narrow-blue"])[2]
    carol.may(allow("ecs:*"), deny("ecs:DescribeClusters", arn("cluster/narrow-blue")))
    assert refused(ecs.describe_clusters, clusters=["narrow-blue"])[2].endswith(
        "with an explicit deny in an identity-based policy")
    assert ecs.list_clusters()["clusterArns"]
    assert refused(carol.client("ec2").describe_vpcs)[0] == "UnauthorizedOperation"
    assert refused(carol.client("iam").list_users)[:2] == ("AccessDenied", 403)


def test_tags_decide(carol, clusters, refused):
    ecs = carol.client("ecs")
    carol.may(allow("ecs:DescribeClusters", Condition={"StringEquals": {"aws:ResourceTag/team": "red"}}),
              allow("ecs:TagResource", Condition={"ForAllValues:StringEquals": {"aws:TagKeys": ["floor"]}}))
    assert ecs.describe_clusters(clusters=["narrow-red"])["clusters"]
    assert refused(ecs.describe_clusters, clusters=["narrow-blue"])[0] == "AccessDeniedException"
    ecs.tag_resource(resourceArn=arn("cluster/narrow-red"), tags=[{"key": "floor", "value": "1"}])
    assert refused(ecs.tag_resource, resourceArn=arn("cluster/narrow-red"),
                   tags=[{"key": "team", "value": "blue"}])[0] == "AccessDeniedException"
    # A tag that comes with a creation needs leave to tag.
    carol.may(allow("ecs:CreateCluster"))
    assert "ecs:TagResource" in refused(ecs.create_cluster, clusterName="narrow-new",
                                        tags=[{"key": "a", "value": "b"}])[2]
    carol.may(allow("ecs:CreateCluster"),
              allow("ecs:TagResource", Condition={"StringEquals": {"ecs:CreateAction": "CreateCluster"}}),
              allow("ecs:DeleteCluster"))
    ecs.create_cluster(clusterName="narrow-new", tags=[{"key": "a", "value": "b"}])
    ecs.delete_cluster(cluster="narrow-new")


def test_the_request_decides(carol, refused):
    ecs = carol.client("ecs")

    def allowed(condition):
        carol.may(allow("ecs:ListClusters", Condition=condition))
        try:
            ecs.list_clusters()
            return True
        except ecs.exceptions.ClientError:
            return False

    assert allowed({"IpAddress": {"aws:SourceIp": ["127.0.0.0/8", "::1"]}})
    assert not allowed({"IpAddress": {"aws:SourceIp": "192.0.2.0/24"}})
    assert allowed({"StringLike": {"aws:UserAgent": "*Boto3*"}, "StringEquals": {"aws:RequestedRegion": "us-east-1"}})
    assert not allowed({"StringNotEquals": {"aws:RequestedRegion": "us-east-1"}})
    assert allowed({"Bool": {"aws:SecureTransport": "false"}, "Null": {"aws:TokenIssueTime": "true"}})
    assert allowed({"DateGreaterThan": {"aws:CurrentTime": "2020-01-01T00:00:00Z"}})
    assert allowed({"StringEquals": {"aws:username": "carol", "aws:PrincipalAccount": ACCOUNT}})


def test_pass_role(control_plane, carol, refused):
    role = control_plane.iam.create_role(RoleName="passed", AssumeRolePolicyDocument=TRUST_TASKS)["Role"]["Arn"]
    ecs = carol.client("ecs")
    definition = {"family": "passing", "taskRoleArn": role,
                  "containerDefinitions": [{"name": "a", "image": "busybox", "memory": 16}]}
    carol.may(allow("ecs:RegisterTaskDefinition"))
    told = refused(ecs.register_task_definition, **definition)
    assert told[0] == "AccessDeniedException"
    assert f"not authorized to perform: iam:PassRole on resource: {role} because" in told[2]
    passing = allow("iam:PassRole", role,
                    Condition={"StringEquals": {"iam:PassedToService": "ecs-tasks.amazonaws.com"}})
    carol.may(allow("ecs:RegisterTaskDefinition"), passing)
    ecs.register_task_definition(**definition)
    carol.may(allow(["ecs:RegisterTaskDefinition", "ecs:RunTask"]))
    assert "iam:PassRole" in refused(ecs.run_task, taskDefinition="passing", overrides={"taskRoleArn": role})[2]
    carol.may(allow("ecs:RegisterTaskDefinition", Condition={"StringEquals": {"ecs:privileged": "false"}}))
    plain = {"family": "passing", "containerDefinitions": [{"name": "a", "image": "busybox", "memory": 16}]}
    ecs.register_task_definition(**plain)
    plain["containerDefinitions"][0]["privileged"] = True
    assert refused(ecs.register_task_definition, **plain)[0] == "AccessDeniedException"
    control_plane.iam.delete_role(RoleName="passed")


def test_a_group_and_managed_policies(iam, carol, refused):
    made = iam.create_policy(PolicyName="list-clusters", Path="/team/", Description="lists",
                             PolicyDocument=policy(allow("ecs:ListClusters")), Tags=[{"Key": "a", "Value": "1"}])
    managed = made["Policy"]["Arn"]
    ecs = carol.client("ecs")
    iam.create_group(GroupName="narrow")
    iam.add_user_to_group(GroupName="narrow", UserName="carol")
    assert [each["UserName"] for each in iam.get_group(GroupName="narrow")["Users"]] == ["carol"]
    assert "narrow" in [each["GroupName"] for each in iam.list_groups()["Groups"]]
    assert refused(ecs.list_clusters)[0] == "AccessDeniedException"
    iam.attach_group_policy(GroupName="narrow", PolicyArn=managed)
    ecs.list_clusters()
    assert iam.list_attached_group_policies(GroupName="narrow")["AttachedPolicies"][0]["PolicyArn"] == managed
    assert iam.list_entities_for_policy(PolicyArn=managed)["PolicyGroups"][0]["GroupName"] == "narrow"
    assert iam.get_policy(PolicyArn=managed)["Policy"]["AttachmentCount"] == 1
    assert managed in [each["Arn"] for each in iam.list_policies(Scope="Local", OnlyAttached=True)["Policies"]]

    version = iam.create_policy_version(PolicyArn=managed, PolicyDocument=policy(allow("ecs:DescribeClusters")),
                                        SetAsDefault=True)["PolicyVersion"]["VersionId"]
    assert refused(ecs.list_clusters)[0] == "AccessDeniedException"
    assert iam.get_policy_version(PolicyArn=managed, VersionId=version)["PolicyVersion"]["Document"] == json.loads(
        policy(allow("ecs:DescribeClusters")))
    iam.set_default_policy_version(PolicyArn=managed, VersionId="v1")
    ecs.list_clusters()
    iam.delete_policy_version(PolicyArn=managed, VersionId=version)
    assert [each["VersionId"] for each in iam.list_policy_versions(PolicyArn=managed)["Versions"]] == ["v1"]
    iam.tag_policy(PolicyArn=managed, Tags=[{"Key": "b", "Value": "2"}])
    iam.untag_policy(PolicyArn=managed, TagKeys=["a"])
    assert iam.list_policy_tags(PolicyArn=managed)["Tags"] == [{"Key": "b", "Value": "2"}]

    iam.detach_group_policy(GroupName="narrow", PolicyArn=managed)
    iam.put_group_policy(GroupName="narrow", PolicyName="p", PolicyDocument=policy(allow("ecs:ListClusters")))
    assert iam.list_group_policies(GroupName="narrow")["PolicyNames"] == ["p"]
    assert iam.get_group_policy(GroupName="narrow", PolicyName="p")["PolicyDocument"]
    ecs.list_clusters()
    iam.delete_group_policy(GroupName="narrow", PolicyName="p")
    iam.remove_user_from_group(GroupName="narrow", UserName="carol")
    iam.delete_group(GroupName="narrow")
    iam.delete_policy(PolicyArn=managed)
    assert refused(iam.get_policy, PolicyArn=managed)[:2] == ("NoSuchEntity", 404)


def test_inline_policies_of_a_user(iam, carol):
    carol.may(allow("ecs:*"))
    assert iam.list_user_policies(UserName="carol")["PolicyNames"] == ["p"]
    assert iam.get_user_policy(UserName="carol", PolicyName="p")["PolicyDocument"]["Statement"][0]["Action"] == "ecs:*"


def test_a_boundary(iam, carol, refused):
    iam.attach_user_policy(UserName="carol", PolicyArn="arn:aws:iam::aws:policy/AdministratorAccess")
    iam.put_user_permissions_boundary(UserName="carol",
                                      PermissionsBoundary="arn:aws:iam::aws:policy/AmazonECS_FullAccess")
    carol.client("ecs").list_clusters()
    assert refused(carol.client("iam").list_users)[2].endswith(
        "because no permissions boundary allows the iam:ListUsers action")
    iam.delete_user_permissions_boundary(UserName="carol")
    carol.client("iam").list_users()
    iam.create_role(RoleName="bounded", AssumeRolePolicyDocument=TRUST_ACCOUNT)
    iam.put_role_permissions_boundary(RoleName="bounded",
                                      PermissionsBoundary="arn:aws:iam::aws:policy/IAMReadOnlyAccess")
    assert iam.get_role(RoleName="bounded")["Role"]["PermissionsBoundary"]["PermissionsBoundaryArn"].endswith("IAMReadOnlyAccess")
    iam.delete_role_permissions_boundary(RoleName="bounded")
    iam.update_role(RoleName="bounded", Description="no longer", MaxSessionDuration=7200)
    assert iam.get_role(RoleName="bounded")["Role"]["MaxSessionDuration"] == 7200
    iam.delete_role(RoleName="bounded")


def key_of(answer):
    credentials = answer["Credentials"]
    return credentials["AccessKeyId"], credentials["SecretAccessKey"], credentials["SessionToken"]


def test_assuming_a_role(control_plane, iam, carol, refused):
    role = iam.create_role(RoleName="assumed", AssumeRolePolicyDocument=TRUST_ACCOUNT)["Role"]["Arn"]
    iam.put_role_policy(RoleName="assumed", PolicyName="p", PolicyDocument=policy(allow("ecs:*"), allow("iam:ListUsers")))
    sts = carol.client("sts")
    assume = {"RoleArn": role, "RoleSessionName": "s1"}
    assert refused(sts.assume_role, **assume)[2].endswith(
        "because no identity-based policy allows the sts:AssumeRole action")
    carol.may(allow(["sts:AssumeRole", "sts:TagSession"], role))
    session = key_of(sts.assume_role(**assume))
    control_plane.client("iam", session).list_users()
    assert refused(control_plane.client("iam", session).list_roles)[0] == "AccessDenied"
    narrowed = key_of(sts.assume_role(**assume, Policy=policy(allow("ecs:ListClusters"))))
    control_plane.client("ecs", narrowed).list_clusters()
    assert refused(control_plane.client("ecs", narrowed).list_task_definitions)[2].endswith(
        "because no session policy allows the ecs:ListTaskDefinitions action")
    iam.put_role_policy(RoleName="assumed", PolicyName="p", PolicyDocument=policy(
        allow("ecs:ListClusters", Condition={"StringEquals": {"aws:PrincipalTag/team": "red"}})))
    assert refused(control_plane.client("ecs", session).list_clusters)[0] == "AccessDeniedException"
    tagged = key_of(sts.assume_role(**assume, Tags=[{"Key": "team", "Value": "red"}]))
    control_plane.client("ecs", tagged).list_clusters()
    # The trust policy is the role's own word.
    iam.update_assume_role_policy(RoleName="assumed", PolicyDocument=TRUST_TASKS)
    assert refused(sts.assume_role, **assume)[:2] == ("AccessDenied", 403)
    iam.delete_role_policy(RoleName="assumed", PolicyName="p")
    iam.delete_role(RoleName="assumed")


def test_simulating(iam, carol):
    carol.may(allow("ecs:*"), deny("ecs:StopTask"))

    def decisions(actions, **more):
        answer = iam.simulate_principal_policy(PolicySourceArn=carol.arn, ActionNames=actions, **more)
        return [each["EvalDecision"] for each in answer["EvaluationResults"]]

    assert decisions(["ecs:RunTask", "ecs:StopTask", "s3:GetObject"]) == ["allowed", "explicitDeny", "implicitDeny"]
    custom = iam.simulate_custom_policy(
        PolicyInputList=[policy(allow("s3:*", "arn:aws:s3:::b/${aws:username}/*"))], ActionNames=["s3:GetObject"],
        ResourceArns=["arn:aws:s3:::b/ann/x", "arn:aws:s3:::b/bob/x"],
        ContextEntries=[{"ContextKeyName": "aws:username", "ContextKeyValues": ["ann"], "ContextKeyType": "string"}])
    assert [each["EvalDecision"] for each in custom["EvaluationResults"]] == ["allowed", "implicitDeny"]
    keys = iam.get_context_keys_for_custom_policy(
        PolicyInputList=[policy(allow("s3:*", Condition={"Bool": {"aws:SecureTransport": "true"}}))])
    assert keys["ContextKeyNames"] == ["aws:SecureTransport"]
    assert iam.get_context_keys_for_principal_policy(PolicySourceArn=carol.arn)["ContextKeyNames"] == []


def test_instance_profiles(iam):
    iam.create_role(RoleName="instance", AssumeRolePolicyDocument=policy(
        {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "ec2.amazonaws.com"}}))
    iam.create_instance_profile(InstanceProfileName="instance")
    iam.add_role_to_instance_profile(InstanceProfileName="instance", RoleName="instance")
    assert iam.get_instance_profile(InstanceProfileName="instance")["InstanceProfile"]["Roles"][0]["RoleName"] == "instance"
    assert len(iam.list_instance_profiles_for_role(RoleName="instance")["InstanceProfiles"]) == 1
    assert len(iam.list_instance_profiles()["InstanceProfiles"]) == 1
    iam.remove_role_from_instance_profile(InstanceProfileName="instance", RoleName="instance")
    iam.delete_instance_profile(InstanceProfileName="instance")
    iam.delete_role(RoleName="instance")


@pytest.mark.parametrize("document, words", [
    ("{", "Syntax errors in policy."),
    ("[" * 5000, "Syntax errors in policy."),
    (policy(), "Syntax errors in policy."),
    (policy(allow("RunTask")), "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc."),
    (policy(allow("ecs:*", "cluster/x")), 'Resource cluster/x must be in ARN format or "*".'),
    (policy(allow("ecs:*", Condition={"StringIs": {"aws:username": "x"}})), "Invalid Condition type : StringIs."),
    (policy(allow("ecs:*", Principal="*")), "Policy document should not specify a principal."),
    (policy({"Effect": "allow", "Action": "*", "Resource": "*"}), "Invalid effect: allow"),
])
def test_malformed_policies(carol, refused, document, words):
    assert refused(carol.iam.put_user_policy, UserName="carol", PolicyName="p", PolicyDocument=document) == (
        "MalformedPolicyDocument", 400, words)


def test_policies_at_their_limits(iam, carol, refused):
    def sized(count):  # a document of that many characters, white space aside
        bare = len(policy(allow("ecs:")).replace(" ", ""))
        return policy(allow("ecs:" + "a" * (count - bare)))

    carol.iam.put_user_policy(UserName="carol", PolicyName="p", PolicyDocument=sized(2048))
    assert refused(carol.iam.put_user_policy, UserName="carol", PolicyName="p", PolicyDocument=sized(2049)) == (
        "LimitExceeded", 409, "Maximum policy size of 2048 bytes exceeded for user carol")
    made = iam.create_policy(PolicyName="large", PolicyDocument=sized(6144))["Policy"]["Arn"]
    assert refused(iam.create_policy, PolicyName="larger", PolicyDocument=sized(6145))[0] == "LimitExceeded"
    iam.delete_policy(PolicyArn=made)
    many = policy(*[allow("*")] * 10_000)
    assert refused(iam.create_policy, PolicyName="many", PolicyDocument=many)[:2] == ("ValidationError", 400)
