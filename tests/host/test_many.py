"""Two hundred tasks at a time on a small host: none is lost, none is left behind, and what each costs is printed."""

import contextlib
import os
import time

import pytest
from harness.images import Layout
from harness.leftovers import processes
from harness.registry import Registry
from harness.tasks import FOREVER, GROUP, Task, register, shell, subnet
from harness.waiting import eventually

TASKS, AT_ONCE = 200, 50
CALL = 10  # RunTask's most
# Connections are kept for a next call, up to http_client_idle_connections by each of the agent's clients and with both ends in the
# server's process. This is more than they are, and less than a socket lost with every other task would be.
SPARE_SOCKETS = TASKS // 2 - 1
SPARE_FILES = 8  # what the store opened meanwhile


@pytest.fixture(scope="module")
def registry():
    registry = Registry()
    yield registry
    registry.close()


def start(server, image, count, mode):
    definition = register(server, shell(f"echo ready; {FOREVER}", image=image, memory=16), mode=mode)
    network = {"networkConfiguration": {"awsvpcConfiguration": {"subnets": [subnet(server)]}}} if mode == "awsvpc" else {}
    arns = []
    for _ in range(count // CALL):
        answer = server.ecs.run_task(taskDefinition=definition, count=CALL, **network)
        assert not answer["failures"], answer["failures"]
        arns += [task["taskArn"] for task in answer["tasks"]]
    return arns


def describe(server, arns):
    tasks = []
    for at in range(0, len(arns), 100):
        answer = server.ecs.describe_tasks(tasks=arns[at:at + 100])
        assert not answer["failures"], answer["failures"]
        tasks += answer["tasks"]
    return tasks


def wait_all(server, arns, status, timeout_s):
    def reached():
        tasks = describe(server, arns)
        if status == "RUNNING":
            lost = [task for task in tasks if task["lastStatus"] == "STOPPED"]
            assert not lost, [(task.get("stoppedReason"), task["containers"]) for task in lost]
        return all(task["lastStatus"] == status for task in tasks) and tasks

    return eventually(reached, f"{len(arns)} tasks to be {status}", timeout_s, pause_s=0.1)


def parts(server):
    """What serves the tasks: the server with its agent, and the supervisor."""
    marks = {"server": f"server --data-dir {server.data_dir}", "supervisor": f"supervisor --node {server.node_id} "}
    return {name: pid for pid, command, _ in processes() for name, mark in marks.items() if mark in command}


def cost(server):
    """(KiB of its own pages and its share of others', descriptors, threads, sockets among the descriptors) of each part."""
    found = {}
    for name, pid in parts(server).items():
        with open(f"/proc/{pid}/smaps_rollup", encoding="ascii") as file:
            kib = next(int(line.split()[1]) for line in file if line.startswith("Pss:"))
        kinds = descriptors(pid)
        found[name] = (kib, len(kinds), len(os.listdir(f"/proc/{pid}/task")), sum(kind.startswith("socket:") for kind in kinds))
    return found


def descriptors(pid):
    kinds = []
    for name in os.listdir(f"/proc/{pid}/fd"):
        with contextlib.suppress(FileNotFoundError):  # closed meanwhile
            kinds.append(os.readlink(f"/proc/{pid}/fd/{name}"))
    return kinds


def print_cost(idle, busy):
    for name in idle:
        kib, descriptors, threads = ((busy[name][at] - idle[name][at]) / TASKS for at in range(3))
        print(f"{name}: {idle[name][0] / 1024:.1f} MiB idle; {kib:.1f} KiB, {descriptors:.1f} descriptors, {threads:.2f} threads a task")


def test_two_hundred_tasks(server, image_tar, registry):
    image = registry.push("many", "1", Layout(image_tar).compressed())
    idle = cost(server)
    began = time.monotonic()
    arns = start(server, image, AT_ONCE, "bridge")
    wait_all(server, arns, "RUNNING", 40)
    print(f"{AT_ONCE} at once, not pulled yet: run after {time.monotonic() - began:.1f} s")
    assert registry.asked and set(registry.asked.values()) == {1}, f"fifty starts at once pull once: {registry.asked}"
    arns += start(server, image, TASKS // 2 - AT_ONCE, "bridge") + start(server, image, TASKS // 2, "awsvpc")
    wait_all(server, arns, "RUNNING", 60)
    print(f"{TASKS} run after {time.monotonic() - began:.1f} s")
    busy = cost(server)
    print_cost(idle, busy)
    assert set(busy) == {"server", "supervisor"}

    server.kill()
    began = time.monotonic()
    server.start().wait_joined()
    print(f"{TASKS} known again {time.monotonic() - began:.2f} s after a start")
    assert all(task["lastStatus"] == "RUNNING" for task in describe(server, arns))
    running = cost(server)

    began = time.monotonic()
    for arn in arns:
        server.ecs.stop_task(task=arn)
    tasks = wait_all(server, arns, "STOPPED", 60)
    print(f"{TASKS} stopped after {time.monotonic() - began:.1f} s")
    assert [task["containers"][0].get("exitCode") for task in tasks] == [0] * TASKS
    lines = {arn: eventually(Task(server, arn).lines, "its line") for arn in arns}
    assert {arn: lines[arn] for arn in arns if lines[arn] != ["ready"]} == {}
    streams = server.logs.get_paginator("describe_log_streams").paginate(logGroupName=GROUP)
    assert sum(len(page["logStreams"]) for page in streams) == TASKS

    def given_back():
        after = cost(server)
        more = {name: after[name][1] - idle[name][1] for name in idle}
        sockets = after["server"][3] - idle["server"][3]
        return more["supervisor"] <= 4 and sockets <= SPARE_SOCKETS and more["server"] - sockets <= SPARE_FILES

    eventually(given_back, f"descriptors to be given back: {idle}, {running}, {cost(server)}")
