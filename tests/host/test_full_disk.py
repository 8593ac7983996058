"""A data directory without space: refused in AWS's words, nothing half done, and taken again once there is space.

  where it is full                            what is expected
  under 256 MiB free                          nothing new is taken (503), what ends something is; reads are served
  nothing free                                the reserve is given up: what ends something is still taken
  nothing free, and no reserve                every change is refused; the server and its tasks live on
  nothing free at a start                     the server waits, and serves once there is space; tasks run on
  a container's output                        lost and said so once; later lines come
  a task that fills it                        can be stopped, and its space comes back
  an image that does not fit                  CannotPullContainerError; nothing of it is left
  at any moment                               every task ends in ECS's words, and nothing is left
"""

import errno
import os
import random
import subprocess
import time

import pytest
from botocore.exceptions import ClientError
from harness.images import Layout, busybox_tar
from harness.leftovers import left_behind
from harness.paths import missing_for_containers
from harness.registry import Registry
from harness.server import Server
from harness.tasks import FOREVER, Task, register, run, shell, try_run
from harness.waiting import eventually

MIB = 1 << 20
DISK_MIB = 700
ALMOST_FULL = "The disk that holds the data directory is almost full. Free some space and try again."


class Disk:
    """A small file system, and a file that fills it."""

    def __init__(self, path):
        self.path = path
        path.mkdir()
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={DISK_MIB}m,mode=0700", "none", path], check=True)

    def free_bytes(self):
        seen = os.statvfs(self.path)
        return seen.f_bavail * seen.f_frsize

    def leave(self, free_bytes):
        """Fills it up to so much; again, if it was filled before."""
        with open(self.path / "filler", "ab") as filler:
            while (size := self.free_bytes() - free_bytes) > 0:
                try:
                    os.posix_fallocate(filler.fileno(), filler.seek(0, os.SEEK_END), size)
                except OSError as error:  # others write too: what is free is looked at again
                    if error.errno != errno.ENOSPC:
                        raise

    def empty(self):
        (self.path / "filler").unlink(missing_ok=True)

    def close(self):
        subprocess.run(["umount", "-l", self.path], check=True)


@pytest.fixture
def disk(tmp_path):
    if reason := missing_for_containers():
        pytest.skip(reason)
    disk = Disk(tmp_path / "disk")
    yield disk
    disk.close()


@pytest.fixture
def server(disk, tmp_path):
    server = Server(data_dir=disk.path / "data")
    server.log = tmp_path / "server.log"  # what it says about the disk does not go there
    try:
        server.start().wait_joined()
        server.import_image(busybox_tar(tmp_path / "hello.tar"), "--name", "hello:1")
        yield server
    finally:
        disk.empty()
        if server.process and server.process.poll() is None:
            server.wait_joined()
            server.stop_tasks()
            # What it could not say while there was no space is said first.
            eventually(lambda: not os.listdir(server.data_dir / "agent/tasks"), "the tasks to be forgotten", 60)
        server.close()


def refused(call):
    """Until it is: the disk is looked at once a second."""

    def answer():
        try:
            call()
            return None
        except ClientError as error:
            return error

    error = eventually(answer, "the call to be refused")
    assert error.response["Error"] == {"Code": "ServiceUnavailableException", "Message": ALMOST_FULL}
    assert error.response["ResponseMetadata"]["HTTPStatusCode"] == 503


def taken(call):
    def answer():
        try:
            return call()
        except ClientError as error:
            assert error.response["ResponseMetadata"]["HTTPStatusCode"] == 503, error
            return None

    return eventually(answer, "the call to be taken again")


def test_little_space_takes_what_ends_something(server, disk):
    tasks = [run(server, shell(FOREVER)) for _ in range(2)]
    definition = register(server, shell("true"))
    for task in tasks:
        task.running()
    disk.leave(200 * MIB)
    refused(lambda: server.ecs.create_cluster(clusterName="new"))
    refused(lambda: try_run(server, definition))
    assert tasks[0].describe()["lastStatus"] == "RUNNING"
    assert tasks[0].stop("to make room")["stoppedReason"] == "to make room"
    disk.empty()
    assert taken(lambda: try_run(server, definition))["tasks"]
    assert tasks[1].describe()["lastStatus"] == "RUNNING"


def test_no_space_at_all(server, disk):
    task = run(server, shell("i=0; trap 'exit 0' TERM; while :; do echo line $i; i=$((i+1)); sleep 0.05; done"))
    task.running()
    task.wait_line("line 3")
    pid = server.process.pid
    disk.leave(0)
    eventually(lambda: not (server.data_dir / "reserve").exists(), "the reserve to be given up")
    # Again and again: what is under way may give some back.
    eventually(lambda: disk.leave(0) or "the data directory's disk is full: changes are refused" in server.log.read_text(),
               "it to be noticed", pause_s=0.2)
    for change in (lambda: server.ecs.create_cluster(clusterName="new"), lambda: server.ecs.stop_task(task=task.arn)):
        with pytest.raises(ClientError, match=ALMOST_FULL):
            change()
    time.sleep(1)
    assert server.process.poll() is None and task.describe()["lastStatus"] == "RUNNING"
    before = len(task.lines())
    disk.empty()
    taken(lambda: server.ecs.create_cluster(clusterName="new"))
    eventually(lambda: len(task.lines()) > before + 5, "lines after there was space again")
    assert server.process.pid == pid
    lines = task.lines()
    assert len(set(lines)) == len(lines), "a line was told twice"
    assert task.stop()["containers"][0]["exitCode"] == 0


def test_a_task_that_fills_it_can_be_stopped(server, disk):
    task = run(server, shell(f"dd if=/dev/zero of=/fill bs=1M 2>/dev/null; echo full; {FOREVER}", memory=900))
    refused(lambda: server.ecs.create_cluster(clusterName="new"))
    eventually(lambda: not (server.data_dir / "reserve").exists(), "the reserve to be given up")
    assert taken(lambda: server.ecs.stop_task(task=task.arn, reason="it fills the disk"))
    assert task.stopped()["stoppedReason"] == "it fills the disk"
    taken(lambda: server.ecs.create_cluster(clusterName="new"))
    eventually((server.data_dir / "reserve").exists, "the reserve to be made again")


def test_a_start_without_space(server, disk):
    task = run(server, shell(FOREVER))
    task.running()
    server.kill()
    (server.data_dir / "reserve").unlink()
    disk.leave(0)
    with pytest.raises(AssertionError, match="waited"):
        server.start(timeout_s=2)
    assert server.process.poll() is None, "it waits"
    assert server.log.read_text().count("waiting for space") == 1
    disk.empty()
    eventually(server.serves, "the server to serve")
    server.wait_joined()
    assert task.describe()["lastStatus"] == "RUNNING"
    assert task.stop()["containers"][0]["exitCode"] == 0


def test_a_server_without_space_can_be_ended(server, disk):
    server.kill()
    (server.data_dir / "reserve").unlink()
    disk.leave(0)
    with pytest.raises(AssertionError, match="waited"):
        server.start(timeout_s=2)
    server.stop()


def test_an_image_that_does_not_fit(server, disk, tmp_path):
    registry = Registry()
    try:
        big = Layout(busybox_tar(tmp_path / "big.tar"))
        big = big.with_file("big", bytes(190 * MIB)).with_file("large", bytes(190 * MIB)).compressed()
        image = registry.push("big", "1", big)
        images = server.data_dir / "images"

        def held_bytes():
            return sum(path.stat().st_size for path in images.rglob("*") if path.is_file())

        before = held_bytes()
        disk.leave(300 * MIB)
        stopped = run(server, shell("true", image=image)).stopped(60)
        assert stopped["stopCode"] == "TaskFailedToStart"
        assert stopped["stoppedReason"].startswith("CannotPullContainerError: "), stopped["stoppedReason"]
        assert stopped["stoppedReason"].endswith("no space left on device"), stopped["stoppedReason"]
        eventually(lambda: held_bytes() < before + 2 * MIB, "what was unpacked of it to be gone")
        disk.empty()
        taken(lambda: server.ecs.create_cluster(clusterName="new"))
        assert run(server, shell("echo there is room", image=image)).output() == ["there is room"]
    finally:
        registry.close()


def test_full_at_any_moment(server, disk):
    seed = random.randrange(1 << 32)
    print("seed", seed)
    chance = random.Random(seed)
    definitions = [register(server, shell("echo began; exit 3"), mode=mode) for mode in ("bridge", "host")]
    tasks = []
    for _ in range(8):
        for definition in definitions:
            tasks.append(Task(server, taken(lambda: try_run(server, definition))["tasks"][0]["taskArn"]))
        time.sleep(chance.random() * 0.08)
        disk.leave(chance.choice([0, 4096, 100_000, MIB]))
        time.sleep(chance.random() * 0.8)
        assert server.process.poll() is None, server.log.read_text()[-2000:]
        disk.empty()
    for task in tasks:
        stopped = task.stopped(60)
        told = (stopped["stopCode"], stopped["stoppedReason"])
        if stopped["stopCode"] == "TaskFailedToStart":
            assert "Error: " in stopped["stoppedReason"] and "o space left on device" in stopped["stoppedReason"], told
        else:
            assert told == ("EssentialContainerExited", "Essential container in task exited")
            assert stopped["containers"][0]["exitCode"] in (3, 255), stopped
            assert task.lines() in (["began"], []), task.lines()
    server.stop()
    assert not left_behind(server.node_id, server.data_dir)
