"""What ECS keeps, through boto3; nothing runs here, and an agent's calls are made by hand."""

import pytest
from harness.waiting import eventually

HELLO = {"family": "hello", "containerDefinitions": [{"name": "main", "image": "hello:1", "memory": 32}]}


@pytest.fixture
def ecs(control_plane):
    return control_plane.ecs


@pytest.fixture
def instance(ecs):
    made = ecs.register_container_instance(cluster="default", totalResources=[
        {"name": "CPU", "type": "INTEGER", "integerValue": 1024},
        {"name": "MEMORY", "type": "INTEGER", "integerValue": 512},
        {"name": "PORTS", "type": "STRINGSET", "stringSetValue": ["22"]},
        {"name": "PORTS_UDP", "type": "STRINGSET", "stringSetValue": []}],
        attributes=[{"name": "colour", "value": "red"}])["containerInstance"]
    yield made
    ecs.deregister_container_instance(containerInstance=made["containerInstanceArn"], force=True)


def test_a_cluster_s_life(ecs, refused):
    made = ecs.create_cluster(clusterName="blue", tags=[{"key": "a", "value": "1"}])["cluster"]
    assert (made["status"], made["clusterArn"]) == ("ACTIVE", "arn:aws:ecs:us-east-1:000000000000:cluster/blue")
    assert ecs.create_cluster(clusterName="blue")["cluster"]["clusterArn"] == made["clusterArn"]
    assert made["clusterArn"] in ecs.list_clusters()["clusterArns"]
    told = ecs.describe_clusters(clusters=["blue", "green"], include=["TAGS"])
    assert told["clusters"][0]["tags"] == [{"key": "a", "value": "1"}]
    assert [failure["reason"] for failure in told["failures"]] == ["MISSING"]
    ecs.tag_resource(resourceArn=made["clusterArn"], tags=[{"key": "b", "value": "2"}])
    ecs.untag_resource(resourceArn=made["clusterArn"], tagKeys=["a"])
    assert ecs.list_tags_for_resource(resourceArn=made["clusterArn"])["tags"] == [{"key": "b", "value": "2"}]
    assert ecs.delete_cluster(cluster="blue")["cluster"]["status"] == "INACTIVE"
    assert made["clusterArn"] not in ecs.list_clusters()["clusterArns"]
    assert refused(ecs.list_tasks, cluster="green")[:2] == ("ClusterNotFoundException", 400)


def test_a_task_without_a_service_is_not_protected(ecs, refused):
    task = "arn:aws:ecs:us-east-1:000000000000:task/default/none"
    ecs.create_cluster(clusterName="default")
    for told in (ecs.get_task_protection(cluster="default", tasks=[task]),
                 ecs.update_task_protection(cluster="default", tasks=[task], protectionEnabled=True, expiresInMinutes=5)):
        assert told["protectedTasks"] == []
        assert [(each["arn"], each["reason"]) for each in told["failures"]] == [(task, "MISSING")]
    assert refused(ecs.update_task_protection, cluster="default", tasks=[task] * 11, protectionEnabled=True)[:2] == ("InvalidParameterException", 400)


def test_a_task_definition_s_life(ecs, refused):
    first = ecs.register_task_definition(**HELLO)["taskDefinition"]
    second = ecs.register_task_definition(**HELLO, tags=[{"key": "a", "value": "1"}])
    assert [first["revision"], second["taskDefinition"]["revision"], second["tags"]] == [1, 2, [{"key": "a", "value": "1"}]]
    told = ecs.describe_task_definition(taskDefinition="hello")["taskDefinition"]
    assert told["taskDefinitionArn"].endswith(":task-definition/hello:2")
    assert told["containerDefinitions"][0]["essential"] is True
    assert ecs.describe_task_definition(taskDefinition=first["taskDefinitionArn"])["taskDefinition"]["revision"] == 1
    assert ecs.list_task_definition_families(familyPrefix="hel")["families"] == ["hello"]
    assert len(ecs.list_task_definitions(familyPrefix="hello")["taskDefinitionArns"]) == 2
    assert ecs.deregister_task_definition(taskDefinition="hello:2")["taskDefinition"]["status"] == "INACTIVE"
    assert ecs.describe_task_definition(taskDefinition="hello")["taskDefinition"]["revision"] == 1
    ecs.deregister_task_definition(taskDefinition="hello:1")
    assert refused(ecs.describe_task_definition, taskDefinition="hello")[:2] == ("ClientException", 400)
    assert ecs.list_task_definition_families(status="ACTIVE", familyPrefix="hel")["families"] == []


def test_pages(ecs):
    for at in range(5):
        ecs.create_cluster(clusterName=f"page-{at}")
        ecs.register_task_definition(**HELLO | {"family": "pages"})
    pages = list(ecs.get_paginator("list_clusters").paginate(PaginationConfig={"PageSize": 2}))
    arns = [arn for page in pages for arn in page["clusterArns"]]
    assert len(arns) == len(set(arns)) == len(ecs.list_clusters()["clusterArns"]) >= 6
    assert [len(page["clusterArns"]) for page in pages[:2]] == [2, 2]
    pages = ecs.get_paginator("list_task_definitions").paginate(familyPrefix="pages", sort="DESC", PaginationConfig={"PageSize": 2})
    revisions = [int(arn.rpartition(":")[2]) for page in pages for arn in page["taskDefinitionArns"]]
    assert revisions == [5, 4, 3, 2, 1]


def test_a_container_instance(ecs, instance):
    arn = instance["containerInstanceArn"]
    assert arn in ecs.list_container_instances()["containerInstanceArns"]
    [told] = ecs.describe_container_instances(containerInstances=[arn])["containerInstances"]
    assert (told["status"], told["agentConnected"]) == ("ACTIVE", False)
    assert {"name": "colour", "value": "red"} in told["attributes"]
    remaining = {each["name"]: each for each in told["remainingResources"]}
    assert (remaining["CPU"]["integerValue"], remaining["MEMORY"]["integerValue"]) == (1024, 512)
    [told] = ecs.update_container_instances_state(containerInstances=[arn], status="DRAINING")["containerInstances"]
    assert told["status"] == "DRAINING"
    assert ecs.discover_poll_endpoint(containerInstance=arn)["endpoint"].startswith("http")


def test_nothing_starts_without_an_agent(ecs, instance):
    ecs.register_task_definition(**HELLO)
    answer = ecs.start_task(taskDefinition="hello", containerInstances=[instance["containerInstanceArn"], "0" * 32])
    assert [failure["reason"] for failure in answer["failures"]] == ["AGENT", "MISSING"]
    answer = ecs.run_task(taskDefinition="hello")
    assert answer["tasks"] == [] and answer["failures"]


def test_reports_about_unknown_tasks_are_acknowledged(ecs):
    task = f"arn:aws:ecs:us-east-1:000000000000:task/default/{'0' * 32}"
    assert ecs.submit_task_state_change(task=task, status="RUNNING")["acknowledgment"] == "ACK"
    assert ecs.submit_container_state_change(task=task, containerName="main", status="RUNNING")["acknowledgment"] == "ACK"
    attachment = {"attachmentArn": task.replace(":task/", ":attachment/"), "status": "ATTACHED"}
    assert ecs.submit_attachment_state_changes(attachments=[attachment])["acknowledgment"] == "ACK"


def test_attributes_of_a_container_instance(ecs, instance, refused):
    arn = instance["containerInstanceArn"]
    target = {"targetType": "container-instance", "targetId": arn}
    put = ecs.put_attributes(attributes=[{"name": "stack", "value": "production", **target}, {"name": "gpu", **target}])["attributes"]
    assert put == [{"name": "stack", "value": "production", **target}, {"name": "gpu", **target}]
    ecs.put_attributes(attributes=[{"name": "stack", "value": "test", "targetId": arn.rpartition("/")[2], "targetType": "container-instance"}])
    of = {"targetType": "container-instance"}
    assert ecs.list_attributes(attributeName="stack", **of)["attributes"] == [{"name": "stack", "value": "test", **target}]
    assert ecs.list_attributes(attributeName="stack", attributeValue="production", **of)["attributes"] == []
    pages = ecs.get_paginator("list_attributes").paginate(PaginationConfig={"PageSize": 2}, **of)
    named = [each["name"] for page in pages for each in page["attributes"] if each["targetId"] == arn]
    assert named == sorted(named) and {"colour", "gpu", "stack"} <= set(named)
    known = ecs.describe_container_instances(containerInstances=[arn])["containerInstances"][0]["attributes"]
    assert {"name": "stack", "value": "test"} in known
    again = ecs.register_container_instance(cluster="default", containerInstanceArn=arn, totalResources=[
        {"name": "CPU", "type": "INTEGER", "integerValue": 1024}, {"name": "MEMORY", "type": "INTEGER", "integerValue": 512}])
    assert {"name": "stack", "value": "test"} in again["containerInstance"]["attributes"], "what a user gave stays"
    assert ecs.delete_attributes(attributes=[{"name": "stack", "value": "other", **target}, {"name": "gpu", **target}])["attributes"] == [
        {"name": "gpu", **target}]
    assert refused(ecs.put_attributes, attributes=[{"name": "ecs.os-type", "value": "x", **target}])[0] == "InvalidParameterException"
    assert refused(ecs.put_attributes, attributes=[{"name": "a b", **target}])[0] == "InvalidParameterException"
    assert refused(ecs.put_attributes, attributes=[{"name": "a", "targetId": "0" * 32}])[0] == "TargetNotFoundException"
    ecs.put_attributes(attributes=[{"name": f"n{i}", **target} for i in range(9)])
    assert refused(ecs.put_attributes, attributes=[{"name": "n9", **target}])[0] == "AttributeLimitExceededException"
    assert refused(ecs.update_container_agent, containerInstance=arn)[0] == "MissingVersionException"


def test_account_settings(control_plane, ecs, refused):
    root = "arn:aws:iam::000000000000:root"
    me = control_plane.sts.get_caller_identity()["Arn"]

    def holds(name):
        return {each["name"]: each["value"] for each in ecs.list_account_settings(effectiveSettings=True)["settings"]}[name]

    assert holds("containerInsights") == "disabled"
    assert ecs.list_account_settings()["settings"] == []
    assert ecs.put_account_setting_default(name="containerInsights", value="enabled")["setting"] == {
        "name": "containerInsights", "value": "enabled", "principalArn": root, "type": "user"}
    assert holds("containerInsights") == "enabled"
    assert ecs.put_account_setting(name="containerInsights", value="enhanced")["setting"]["principalArn"] == me
    assert holds("containerInsights") == "enhanced"
    assert ecs.list_account_settings(name="containerInsights", value="enhanced")["settings"][0]["principalArn"] == me
    assert ecs.delete_account_setting(name="containerInsights")["setting"]["value"] == "enhanced"
    assert holds("containerInsights") == "enabled"
    ecs.delete_account_setting(name="containerInsights", principalArn=root)
    pages = ecs.get_paginator("list_account_settings").paginate(effectiveSettings=True, PaginationConfig={"PageSize": 4})
    assert len([each for page in pages for each in page["settings"]]) == 11
    for members in ({"name": "none", "value": "on"}, {"name": "awsvpcTrunking", "value": "maybe"}, {"name": "guardDutyActivate", "value": "on"},
                    {"name": "awsvpcTrunking", "value": "enabled", "principalArn": "arn:aws:iam::111111111111:root"}):
        assert refused(ecs.put_account_setting, **members)[:2] == ("InvalidParameterException", 400), members


def test_task_definitions_are_deleted_once_nothing_runs_from_them(ecs, refused):
    family = {**HELLO, "family": "deleted"}
    arns = [ecs.register_task_definition(**family)["taskDefinition"]["taskDefinitionArn"] for _ in range(2)]
    told = ecs.delete_task_definitions(taskDefinitions=[arns[0], "deleted:9"])
    assert told["taskDefinitions"] == [] and [each["arn"] for each in told["failures"]] == [arns[0], "deleted:9"]
    assert "still in ACTIVE status" in told["failures"][0]["reason"]
    ecs.deregister_task_definition(taskDefinition=arns[0])
    assert ecs.delete_task_definitions(taskDefinitions=[arns[0]])["taskDefinitions"][0]["status"] == "DELETE_IN_PROGRESS"
    eventually(lambda: not there(ecs, arns[0]), "it to be gone")
    assert ecs.register_task_definition(**family)["taskDefinition"]["revision"] == 3, "no revision is given twice"
    assert refused(ecs.delete_task_definitions, taskDefinitions=["deleted"])[0] == "InvalidParameterException"


def there(ecs, arn):
    try:
        return ecs.describe_task_definition(taskDefinition=arn)["taskDefinition"]
    except ecs.exceptions.ClientException:
        return None
