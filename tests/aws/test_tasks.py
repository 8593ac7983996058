"""Tasks that really run: boto3's waiters, pages of tasks, and calls that are repeated."""

import pytest
from harness.tasks import FOREVER, register, run, shell, try_run

QUICK = {"Delay": 1, "MaxAttempts": 30}


@pytest.fixture(scope="module")
def sleeper(server):
    return register(server, shell(FOREVER, stopTimeout=2))  # a shell that is told to stop before it hears does not


@pytest.fixture
def repeat(server, sleeper):
    """RunTask, as a client repeats it; what it started is stopped at the end."""
    started = set()

    def call(token, **members):
        answer = try_run(server, sleeper, clientToken=token, **members)
        arns = sorted(task["taskArn"] for task in answer["tasks"])
        started.update(arns)
        return arns

    yield call
    for arn in started:
        server.ecs.stop_task(task=arn)


def test_waiters(server):
    task = run(server, shell(FOREVER))
    server.ecs.get_waiter("tasks_running").wait(tasks=[task.arn], WaiterConfig=QUICK)
    assert task.describe()["lastStatus"] == "RUNNING"
    server.ecs.stop_task(task=task.arn, reason="enough")
    server.ecs.get_waiter("tasks_stopped").wait(tasks=[task.arn], WaiterConfig=QUICK)
    assert (task.describe()["stopCode"], task.describe()["stoppedReason"]) == ("UserInitiated", "enough")


def test_a_task_is_started_on_an_instance(server, sleeper):
    [instance] = server.ecs.list_container_instances()["containerInstanceArns"]
    answer = server.ecs.start_task(taskDefinition=sleeper, containerInstances=[instance], startedBy="me")
    arn = answer["tasks"][0]["taskArn"]
    assert answer["tasks"][0]["containerInstanceArn"] == instance
    assert server.ecs.list_tasks(startedBy="me")["taskArns"] == [arn]
    server.ecs.stop_task(task=arn)


def test_pages_of_tasks(server, repeat):
    arns = repeat("pages", count=5, group="pages")
    pages = list(server.ecs.get_paginator("list_tasks").paginate(PaginationConfig={"PageSize": 2}))
    found = [arn for page in pages for arn in page["taskArns"]]
    assert len(found) == len(set(found)) and set(arns) <= set(found)
    assert len(pages) >= 3 and all(len(page["taskArns"]) <= 2 for page in pages)


def test_run_task_repeated_runs_once(server, repeat):
    first = repeat("once", count=2)
    assert len(first) == 2
    assert repeat("once", count=2) == first
    assert not set(repeat("twice")) & set(first)


def test_a_token_is_for_one_request(server, sleeper, repeat, refused):
    repeat("same")
    told = refused(server.ecs.run_task, taskDefinition=sleeper, clientToken="same", count=2)
    assert told[:2] == ("ConflictException", 400)


def test_a_token_outlives_the_server(server, repeat):
    first = repeat("restart")
    server.stop()
    server.start().wait_joined()
    assert repeat("restart") == first
