"""A machine that goes down with its tasks: they are told stopped, what they said is kept, and it takes new ones."""

import os
import uuid

import pytest
from harness.images import busybox_tar
from harness.leftovers import force_clean
from harness.paths import missing_for_containers
from harness.server import Server
from harness.tasks import run, shell
from harness.waiting import eventually

COUNTING = "i=0; while :; do echo line $i; i=$((i+1)); sleep 0.05; done"
GONE = "ContainerRuntimeError: the host was restarted while the container ran"
AS_THE_NEXT_BOOT = 'mount --bind "$0" /proc/sys/kernel/random/boot_id && exec "$@"'


class Machine(Server):
    """A server in a mount namespace of its own, where it reads a boot id that the test chooses."""

    def boot(self):
        (self.data_dir / "boot-id").write_text(f"{uuid.uuid4()}\n")
        self.prefix = ["unshare", "--mount", "--propagation", "unchanged", "sh", "-c", AS_THE_NEXT_BOOT,
                       str(self.data_dir / "boot-id")]
        return self.start().wait_joined()

    def go_down(self):
        """What the kernel has is gone; what lies on the disk stays."""
        if self.process:
            self.kill()
        force_clean(self.node_id, self.data_dir)


@pytest.fixture
def machine(tmp_path):
    if reason := missing_for_containers():
        pytest.skip(reason)
    machine = Machine()
    try:
        machine.boot().import_image(busybox_tar(tmp_path / "hello.tar"), "--name", "hello:1")
        yield machine
    finally:
        machine.close()


def is_gone_over(lines):
    return lines == [f"line {number}" for number in range(len(lines))]


@pytest.mark.parametrize("mode", ["awsvpc", "bridge", "host"])
def test_tasks_that_ran(machine, mode):
    task = run(machine, shell(COUNTING), mode=mode)
    task.running()
    task.wait_line("line 3")
    machine.kill()
    [spool] = (machine.data_dir / "node/containers").glob("*/output")
    before = sum(each.stat().st_size for each in spool.iterdir())
    eventually(lambda: sum(each.stat().st_size for each in spool.iterdir()) > before + 500, "output that nobody has shipped")
    machine.go_down()
    kept = b"".join(each.read_bytes() for each in sorted(spool.iterdir())).count(b"line ")
    machine.boot()
    stopped = task.stopped()
    assert (stopped["stopCode"], stopped["stoppedReason"]) == ("EssentialContainerExited", "Essential container in task exited")
    [container] = stopped["containers"]
    assert (container["exitCode"], container["reason"]) == (255, GONE)
    eventually(lambda: len(task.lines()) == kept, "what it had said to be told")
    assert is_gone_over(task.lines()), task.lines()
    eventually(lambda: not os.listdir(machine.data_dir / "node/containers") and not os.listdir(machine.data_dir / "agent/tasks"),
               "the old task's files to be gone")
    assert run(machine, shell("echo next"), mode=mode).output() == ["next"]


def test_a_task_that_was_over_before(machine):
    task = run(machine, shell("sleep 1; echo said; exit 5"))
    task.running()
    machine.kill()
    [directory] = (machine.data_dir / "node/containers").iterdir()
    eventually((directory / "exit.json").exists, "it to end while nobody hears of it")
    machine.go_down()
    machine.boot()
    [container] = task.stopped()["containers"]
    assert container["exitCode"] == 5 and "reason" not in container
    assert task.lines() == ["said"]


def test_a_stop_that_the_machine_did_not_live_to_carry_out(machine):
    task = run(machine, shell("trap '' TERM; while :; do sleep 0.1; done"))
    task.running()
    machine.ecs.stop_task(task=task.arn, reason="enough")
    machine.go_down()
    machine.boot()
    stopped = task.stopped()
    assert (stopped["stopCode"], stopped["stoppedReason"]) == ("UserInitiated", "enough")
    assert stopped["containers"][0]["exitCode"] == 255


def test_notes_that_a_loss_of_power_took(machine):
    """Of files that were not synced it may leave nothing: the task is given up, in words."""
    task = run(machine, shell(COUNTING))
    task.running()
    machine.go_down()
    for path in (machine.data_dir / "agent/tasks").iterdir():
        path.write_bytes(b"")
    machine.boot()
    stopped = task.stopped()
    assert stopped["stoppedReason"] == "ContainerRuntimeError: the node has lost its memory of a task that ran here"
