"""kill -9 of the server while tasks run: they run on, and are found again."""

import os
import random
import signal
import time

import pytest
from harness.node import supervisor
from harness.tasks import FOREVER, TRUST, Task, run, shell
from harness.waiting import eventually

# Says a number every tenth of a second until it is told to stop.
COUNTING = "trap 'exit 9' TERM; i=0; while :; do echo line $i; i=$((i+1)); sleep 0.1; done"


def again(server):
    return server.start().wait_joined()


def is_gone_over(lines):
    """Every number once and in order."""
    return lines == [f"line {number}" for number in range(len(lines))]


def test_a_task_runs_on_and_can_be_stopped(server):
    task = run(server, shell(COUNTING))
    task.running()
    task.wait_line("line 3")
    pid = server.process.pid
    server.kill()
    time.sleep(1)
    again(server)
    assert server.process.pid != pid
    assert task.describe()["lastStatus"] == "RUNNING"
    before = len(task.lines())
    eventually(lambda: len(task.lines()) > before + 3, "lines after the restart")
    stopped = task.stop("after the restart")
    assert stopped["containers"][0]["exitCode"] == 9 and stopped["stoppedReason"] == "after the restart"
    assert is_gone_over(task.lines()) and len(task.lines()) > before + 3, task.lines()


def test_a_task_that_ends_meanwhile(server):
    task = run(server, shell("for i in 0 1 2 3 4 5 6 7 8 9; do echo line $i; sleep 0.1; done; exit 23"))
    task.running()
    task.wait_line("line 0")
    server.kill()
    time.sleep(1.5)
    again(server)
    stopped = task.stopped()
    assert stopped["containers"][0]["exitCode"] == 23
    assert stopped["stopCode"] == "EssentialContainerExited"
    assert task.lines() == [f"line {number}" for number in range(10)]


def test_a_stop_that_was_acknowledged_is_carried_out(server):
    task = run(server, shell("trap 'sleep 1; exit 4' TERM; echo up; while :; do sleep 0.1; done"))
    task.running()
    task.wait_line("up")
    server.ecs.stop_task(task=task.arn)
    server.kill()
    again(server)
    assert task.stopped()["containers"][0]["exitCode"] == 4


def test_a_start_that_was_acknowledged_is_carried_out(server):
    task = run(server, shell("echo it ran"))
    server.kill()
    again(server)
    assert task.stopped()["containers"][0]["exitCode"] == 0
    assert task.lines() == ["it ran"]


def test_kills_at_random_moments_of_a_task_s_life(server):
    """Its start, its output and its end: it runs once, and its line is told once."""
    seed = random.randrange(1 << 32)
    print("seed", seed)
    moments = random.Random(seed)
    for round_ in range(25):
        task = run(server, shell("echo it ran; exit 3"))
        time.sleep(moments.random() * 0.06)
        server.kill()
        again(server)
        stopped = task.stopped()
        assert stopped["containers"][0].get("exitCode") == 3, f"round {round_} of seed {seed}: {stopped}"
        assert task.lines() == ["it ran"], f"round {round_} of seed {seed}"


def test_many_kills(server):
    task = run(server, shell(COUNTING))
    task.running()
    for _ in range(4):
        server.kill()
        again(server)
    task.wait_line("line 9")
    task.stop()
    assert is_gone_over(task.lines()), task.lines()


@pytest.mark.parametrize("how", ["kill", "stop"])
def test_awsvpc_and_credentials_survive(server, how):
    name = f"survivor-{how}"
    role = server.iam.create_role(RoleName=name, AssumeRolePolicyDocument=TRUST)["Role"]["Arn"]
    ask = "wget -q -O - http://169.254.170.2$AWS_CONTAINER_CREDENTIALS_RELATIVE_URI | grep -o '\"RoleArn\":\"[^\"]*'"
    task = run(server, shell(f"trap 'exit 0' TERM; while :; do {ask} || echo away; sleep 0.2; done"), mode="awsvpc",
               definition={"taskRoleArn": role})
    task.running()
    task.wait_line('"RoleArn"')
    getattr(server, how)()
    time.sleep(0.5)
    again(server)
    before = len(task.lines())
    eventually(lambda: [line for line in task.lines()[before:] if name in line], "credentials after the restart")
    assert task.stop()["containers"][0]["exitCode"] == 0


def test_a_killed_supervisor_leaves_containers_running(server):
    task = run(server, shell(COUNTING))
    task.running()
    task.wait_line("line 2")
    os.kill(supervisor(server), signal.SIGKILL)
    before = len(task.lines())
    eventually(lambda: len(task.lines()) > before + 3, "lines after the supervisor's end")
    assert task.describe()["lastStatus"] == "RUNNING"
    task.stop()
    assert is_gone_over(task.lines()), task.lines()
    assert Task(server, run(server, shell("echo next")).arn).output() == ["next"]


def test_supervisor_and_server_killed_together(server):
    task = run(server, shell(COUNTING))
    task.running()
    os.kill(supervisor(server), signal.SIGKILL)
    server.kill()
    time.sleep(0.5)
    again(server)
    assert task.describe()["lastStatus"] == "RUNNING"
    assert task.stop()["stopCode"] == "UserInitiated"


def test_a_server_that_ends_in_order_leaves_its_tasks(server):
    task = run(server, shell(FOREVER))
    task.running()
    server.stop()
    again(server)
    assert task.describe()["lastStatus"] == "RUNNING"
    task.stop()
