"""A machine that runs out of processes, of connections that it can track, and of memory: what ECS tells of it, and that it passes."""

import os
import time
from contextlib import contextmanager
from pathlib import Path

import pytest
from harness.node import V2, group_of, hierarchy, supervisor
from harness.sdk import python, volumes
from harness.tasks import FOREVER, run, shell
from harness.waiting import eventually


@contextmanager
def no_more_processes(pids):
    """These and their children can make none, as where the whole machine has no process number left: EAGAIN."""
    home = {pid: group_of(pid, "pids") for pid in pids}
    group = hierarchy("pids") / f"scarcity-{os.getpid()}"
    group.mkdir()
    try:
        for pid in pids:
            (group / "cgroup.procs").write_text(str(pid))
        (group / "pids.max").write_text("1")
        yield
    finally:
        for pid in pids:
            (home[pid] / "cgroup.procs").write_text(str(pid))
        eventually(lambda: not (group / "cgroup.procs").read_text(), "the group to be empty")
        group.rmdir()


def test_no_processes_left(server):
    task = run(server, shell("trap 'exit 5' TERM; i=0; while :; do echo line $i; i=$((i+1)); sleep 0.1 & wait $!; done"))
    task.running()
    task.wait_line("line 3")
    with no_more_processes([supervisor(server)]):
        stopped = run(server, shell("echo never")).stopped()
        assert stopped["stopCode"] == "TaskFailedToStart"
        reason = stopped["containers"][0]["reason"]
        assert reason.startswith("Cannot") and "resource temporarily unavailable" in reason.lower(), reason
        assert task.describe()["lastStatus"] == "RUNNING"
        # What ends something needs no process.
        assert task.stop("there is no room")["containers"][0]["exitCode"] == 5
    lines = task.lines()
    assert lines == [f"line {number}" for number in range(len(lines))]
    assert run(server, shell("echo next")).output() == ["next"]


# Gives back what it gets, over every connection.
HOLD = """
import socket, threading
def serve(peer):
    while part := peer.recv(16):
        peer.sendall(part)
listener = socket.create_server(("", 7000), backlog=1024)
print("listening", flush=True)
while True:
    threading.Thread(target=serve, args=(listener.accept()[0],), daemon=True).start()
"""
# Opens connections until no more come, says so, and then asks over the first of them and for a new one at each word.
FILL = """
import os, socket, time
def connect():
    peer = socket.create_connection((os.environ["PEER"], 7000), timeout=2)
    peer.sendall(b"x")
    peer.recv(1)
    return peer
held = []
while len(held) < 1000:
    try:
        held.append(connect())
    except OSError:
        break
print("full", len(held), flush=True)
held[0].sendall(b"y")
print("the first goes on" if held[0].recv(1) == b"y" else "the first is lost", flush=True)
for peer in held[1:]:
    peer.close()
while True:
    try:
        connect()
        break
    except OSError:
        time.sleep(0.5)
print("connected again", flush=True)
"""
TRACKED = Path("/proc/sys/net/netfilter/nf_conntrack_max")


@contextmanager
def few_connections(most):
    """Of each network namespace; the machine has one figure for all."""
    before = TRACKED.read_text()
    try:
        TRACKED.write_text(str(most))
    except OSError as error:
        pytest.skip(f"nf_conntrack_max cannot be set here: {error}")
    try:
        yield
    finally:
        TRACKED.write_text(before)


def test_no_connections_left(server):
    """The table of a router is full: what is connected goes on, tasks start and stop, and new connections come when there is room."""
    if not TRACKED.exists():
        pytest.skip("this kernel tracks no connections")
    held = run(server, python(HOLD) | {"stopTimeout": 2}, mode="awsvpc", definition={"volumes": volumes()})
    held.wait_line("listening")
    address = held.describe()["containers"][0]["networkInterfaces"][0]["privateIpv4Address"]
    filling = python(FILL)
    filling["environment"].append({"name": "PEER", "value": address})
    with few_connections(150):
        task = run(server, filling, mode="awsvpc", definition={"volumes": volumes()})
        assert int(task.wait_line("full").split()[1]) < 400
        task.wait_line("the first goes on")
        assert run(server, shell("echo next"), mode="awsvpc").output() == ["next"]
    assert task.output()[1:] == ["the first goes on", "connected again"]
    held.stop()


def test_memory_of_the_whole_node_is_used_up(server):
    """The kernel takes tasks, not those that look after them; the node goes on."""
    if V2:
        pytest.skip("version 2 takes no processes beside the node's tasks into their group")
    node = hierarchy("memory") / f"slipway-{server.node_id}"
    watchers = {server.process.pid, supervisor(server)}
    quiet = run(server, shell(FOREVER))
    quiet.running()
    homes = {pid: group_of(pid, "memory") for pid in watchers}
    limit, group = node / "memory.limit_in_bytes", node / "cgroup.procs"
    try:
        for pid in watchers:
            group.write_text(str(pid))
        limit.write_text(str(int((node / "memory.usage_in_bytes").read_text()) + (200 << 20)))
        hogs = [run(server, shell("exec tail /dev/zero", memory=2000)) for _ in range(3)]
        for hog in hogs:
            container = hog.stopped(45)["containers"][0]
            assert (container["exitCode"], container["reason"]) == (137, "OutOfMemoryError: Container killed due to memory usage")
        assert watchers == {server.process.pid, supervisor(server)}
        assert quiet.describe()["lastStatus"] == "RUNNING"
        assert run(server, shell("echo next")).output() == ["next"]
    finally:
        limit.write_text("-1")
        for pid in watchers:
            if Path(f"/proc/{pid}").exists():
                (homes[pid] / "cgroup.procs").write_text(str(pid))
    quiet.stop()
