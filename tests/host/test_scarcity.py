"""Who is taken when memory is short, a server without descriptors, and a supervisor that hangs."""

import os
import signal
import socket
import subprocess
import time
from pathlib import Path

import pytest
from harness.images import busybox_tar
from harness.node import supervisor
from harness.paths import missing_for_containers
from harness.server import Server
from harness.tasks import FOREVER, run, shell
from harness.waiting import eventually


@pytest.fixture
def limited(tmp_path):
    """Makes servers that a command line goes before."""
    if reason := missing_for_containers():
        pytest.skip(reason)
    servers = []

    def make(*prefix, flags=()):
        server = Server(*flags)
        servers.append(server)
        server.prefix = list(prefix)
        server.start().wait_joined()
        server.import_image(busybox_tar(tmp_path / "hello.tar"), "--name", "hello:1")
        return server

    yield make
    for server in servers:
        server.prefix = []
        server.close()


def score(pid):
    return int(Path(f"/proc/{pid}/oom_score_adj").read_text())


def test_memory_takes_tasks_first(server):
    if subprocess.run(["sh", "-c", "echo -1 > /proc/self/oom_score_adj"], capture_output=True, check=False).returncode:
        pytest.skip("this machine lets nobody be protected (CAP_SYS_RESOURCE)")
    task = run(server, shell("cat /proc/self/oom_score_adj; " + FOREVER))
    task.running()
    inside = int(task.wait_line(""))
    assert score(supervisor(server)) < score(server.process.pid) < -500 < 0 < inside
    task.stop()


def test_a_victim_is_named_and_its_neighbour_lives(server):
    quiet, hog = run(server, shell(FOREVER)), run(server, shell("exec tail /dev/zero", memory=16))
    stopped = hog.stopped(45)
    [container] = stopped["containers"]
    assert (container["exitCode"], container["reason"]) == (137, "OutOfMemoryError: Container killed due to memory usage")
    assert stopped["stoppedReason"] == "Essential container in task exited"
    assert quiet.describe()["lastStatus"] == "RUNNING"
    quiet.stop()


def test_no_descriptors_left(limited):
    server = limited("prlimit", "--nofile=200:200")
    task = run(server, shell("trap 'exit 0' TERM; i=0; while :; do echo line $i; i=$((i+1)); sleep 0.1 & wait $!; done"))
    task.running()
    host, port = server.endpoint.rpartition("/")[2].split(":")
    held = [socket.create_connection((host, int(port))) for _ in range(300)]
    eventually(lambda: "cannot accept connections" in server.log.read_text(), "it to run out of descriptors")
    time.sleep(1)
    assert server.log.read_text().count("cannot accept connections") <= 3, "it is said, not chanted"
    for each in held:
        each.close()
    eventually(lambda: server.serves(), "it to serve again")
    server.wait_joined()
    before = len(task.lines())
    eventually(lambda: len(task.lines()) > before, "the task's next lines", 45)
    assert run(server, shell("exit 3")).stopped()["containers"][0]["exitCode"] == 3
    assert task.stop()["stopCode"] == "UserInitiated"
    lines = task.lines()
    assert lines == [f"line {number}" for number in range(len(lines))]


def test_a_supervisor_that_hangs(limited):
    server = limited(flags=("--supervisor-timeout", "3s"))
    task = run(server, shell("trap 'exit 4' TERM; i=0; while :; do echo line $i; i=$((i+1)); sleep 0.1 & wait $!; done"))
    task.running()
    task.wait_line("line 3")
    pid = supervisor(server)
    os.kill(pid, signal.SIGSTOP)
    try:
        stuck = run(server, shell("echo never"))
        stopped = stuck.stopped(75)
        assert stopped["stopCode"] == "TaskFailedToStart"
        assert stopped["stoppedReason"].startswith("Cannot") and "The supervisor does not answer." in stopped["stoppedReason"]
        assert task.describe()["lastStatus"] == "RUNNING"
    finally:
        os.kill(pid, signal.SIGCONT)
    assert task.stop("it is back")["containers"][0]["exitCode"] == 4
    lines = task.lines()
    assert lines == [f"line {number}" for number in range(len(lines))]
    assert run(server, shell("echo next")).output() == ["next"]


def test_interrupted_twice(limited):
    """The first asks it to end in order; whoever does not want to wait says it again."""
    server = limited()
    task = run(server, shell(FOREVER))
    task.running()
    os.kill(supervisor(server), signal.SIGSTOP)  # so that ending in order takes its time
    try:
        run(server, shell("true"))
        time.sleep(0.5)
        server.process.send_signal(signal.SIGINT)
        time.sleep(0.5)
        server.process.send_signal(signal.SIGINT)
        began = time.monotonic()
        code = server.process.wait(timeout=20)
        assert time.monotonic() - began < 3
    finally:
        os.kill(supervisor(server), signal.SIGCONT)
        server.process = None
    assert code in (0, 130)
    server.start().wait_joined()
    assert task.describe()["lastStatus"] == "RUNNING"
