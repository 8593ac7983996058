"""Limits are held by the kernel, and what the metadata endpoint tells is what the kernel counts."""

import json
import os
import re
import shutil
from pathlib import Path

import pytest
from botocore.exceptions import ClientError
from harness.tasks import FOREVER, register, run, shell
from harness.waiting import eventually

MIB = 1 << 20
STATS = "wget -q -O - $ECS_CONTAINER_METADATA_URI_V4/stats"
V2 = os.path.exists("/sys/fs/cgroup/cgroup.controllers")


def limit_files(v1, v2):
    """A script that prints the first line of a control group's file, of whichever version."""
    return f"cat /sys/fs/cgroup/{v2 if V2 else v1}"


def group_of(task):
    """The directory of the task's only container, for a version 1 controller."""
    def directory(controller):
        root = Path("/sys/fs/cgroup") if V2 else Path("/sys/fs/cgroup") / controller
        found = [path for path in root.glob(f"slipway-*/{task.id}/*") if path.is_dir()]
        assert len(found) == 1, found
        return found[0]
    return directory


def test_cpu_of_a_task_is_a_ceiling_and_of_a_container_a_share(server):
    busy = f"head -c 30000000 /dev/urandom >/dev/null; {STATS}"
    task = run(server, shell(busy, cpu=128), definition={"cpu": "128"})
    throttling = json.loads(task.output()[-1])["cpu_stats"]["throttling_data"]
    group = "the container's own group has the share; the task's has the quota"
    assert throttling["periods"] == 0, group
    alone = run(server, shell(limit_files("cpu/cpu.shares", "cpu.weight") + "; " + limit_files("cpu/cpu.cfs_quota_us", "cpu.max"), cpu=512))
    assert alone.output() == (["20", "max 100000"] if V2 else ["512", "-1"])


def test_the_task_s_ceiling_is_on_its_group(server):
    task = run(server, shell(FOREVER, cpu=10), definition={"cpu": "128", "memory": "256"})
    task.running()
    above = {name: group_of(task)(name).parent for name in ("cpu", "memory")}
    if V2:
        assert (above["cpu"] / "cpu.max").read_text() == "12500 100000\n"
        assert (above["memory"] / "memory.max").read_text() == f"{256 * MIB}\n"
    else:
        assert (above["cpu"] / "cpu.cfs_quota_us").read_text() == "12500\n"
        assert (above["memory"] / "memory.limit_in_bytes").read_text() == f"{256 * MIB}\n"
    spun = "i=0; while [ $i -lt 150000 ]; do i=$((i+1)); done"
    spin = run(server, shell(f"trap 'exit 0' TERM; {spun}; {FOREVER}"), definition={"cpu": "128"})
    spin.running()
    stat = group_of(spin)("cpu").parent / "cpu.stat"
    eventually(lambda: int(re.search(r"nr_throttled (\d+)", stat.read_text()).group(1)) > 0, "a busy task to be throttled")
    task.stop()
    spin.stop()


def test_memory_hard_and_soft_and_swap(server):
    script = "; ".join([limit_files("memory/memory.limit_in_bytes", "memory.max"),
                        limit_files("memory/memory.soft_limit_in_bytes", "memory.low"),
                        limit_files("memory/memory.memsw.limit_in_bytes", "memory.swap.max"),
                        *([] if V2 else ["cat /sys/fs/cgroup/memory/memory.swappiness"])])
    parameters = {"maxSwap": 16} | ({} if V2 else {"swappiness": 10})
    task = run(server, shell(script, memory=64, memoryReservation=32, linuxParameters=parameters))
    both = 16 * MIB if V2 else 80 * MIB
    assert task.output() == [str(64 * MIB), str(32 * MIB), str(both), *([] if V2 else ["10"])]
    none = run(server, shell(limit_files("memory/memory.memsw.limit_in_bytes", "memory.swap.max"), memory=64, linuxParameters={"maxSwap": 0}))
    assert none.output() == ["0" if V2 else str(64 * MIB)]


@pytest.mark.parametrize("parameters, words", [
    ({"maxSwap": -1}, "The maxSwap must not be negative."),
    ({"maxSwap": 8, "swappiness": 101}, "The swappiness must be between 0 and 100."),
])
def test_swap_that_makes_no_sense_is_refused(server, parameters, words):
    with pytest.raises(ClientError, match=re.escape(words)):
        register(server, shell("true", linuxParameters=parameters))


def test_what_fargate_does_not_have_is_refused(server):
    fargate = {"mode": "awsvpc", "requiresCompatibilities": ["FARGATE"], "executionRoleArn": "arn:aws:iam::123456789012:role/x"}
    with pytest.raises(ClientError, match="Fargate does not support maxSwap"):
        register(server, shell("true", linuxParameters={"maxSwap": 8}), **fargate)
    for size in (20, 201):
        with pytest.raises(ClientError, match=f"Invalid ephemeral storage size: {size} GiB"):
            register(server, shell("true"), ephemeralStorage={"sizeInGiB": size}, **fargate)


def test_out_of_memory_is_told_and_harms_nobody_else(server):
    neighbour = run(server, shell(FOREVER))
    neighbour.running()
    task = run(server, shell("exec tail -c 200000000 /dev/zero", memory=16))
    container = task.stopped()["containers"][0]
    assert container["exitCode"] == 137
    assert container["reason"] == "OutOfMemoryError: Container killed due to memory usage"
    assert neighbour.describe()["lastStatus"] == "RUNNING"
    neighbour.stop()


def test_stats_are_the_kernel_s_own_figures(server):
    # To a volume: a container's own file system takes no sync. It is PID 1 and deaf, so it is not waited for.
    work = "dd if=/dev/zero of=/volume/file bs=1M count=4 conv=fsync 2>/dev/null; head -c 2000000 /dev/urandom >/dev/null"
    task = run(server, shell(f"{work}; sleep 1; {STATS} > /stats; exec sleep 1000", memory=64, stopTimeout=1,
                             mountPoints=[{"sourceVolume": "v", "containerPath": "/volume"}]),
               definition={"volumes": [{"name": "v"}]})
    task.running()
    directory = group_of(task)

    # Once only the sleep is left, nothing goes on in it any more.
    def sleeper():
        pids = (directory("memory") / "cgroup.procs").read_text().split()
        return len(pids) == 1 and Path(f"/proc/{pids[0]}/cmdline").read_text().startswith("sleep") and pids[0]

    pid = eventually(sleeper, "the script to be done")

    def read(controller, name):
        return (directory(controller) / name).read_text()

    def kernel():
        if V2:
            cpu = int(re.search(r"usage_usec (\d+)", read("cpu", "cpu.stat")).group(1)) * 1000
            return cpu, int(read("memory", "memory.current")), int(read("pids", "pids.current"))
        return int(read("cpuacct", "cpuacct.usage")), int(read("memory", "memory.usage_in_bytes")), int(read("pids", "pids.current"))

    told = json.loads(Path(f"/proc/{pid}/root/stats").read_text())
    cpu, memory, pids = kernel()
    assert told["memory_stats"]["limit"] == 64 * MIB
    assert 0 < told["cpu_stats"]["cpu_usage"]["total_usage"] <= cpu
    assert told["cpu_stats"]["online_cpus"] == os.cpu_count()
    assert abs(told["memory_stats"]["usage"] - memory) < 4 * MIB
    assert 1 <= told["pids_stats"]["current"] <= pids + 2
    written = sum(each["value"] for each in told["blkio_stats"]["io_service_bytes_recursive"] if each["op"].lower() == "write")
    counted = (re.findall(r"wbytes=(\d+)", read("io", "io.stat")) if V2 else
               re.findall(r" Write (\d+)", read("blkio", "blkio.throttle.io_service_bytes_recursive")))
    # Version 1 counts what a process itself sends to the disk, and leaves out what the kernel writes back for it.
    least = 4 * MIB if V2 else 0
    assert least <= written <= sum(map(int, counted)), "the stats' own file may follow"
    received = int(Path(f"/proc/{pid}/net/dev").read_text().partition("eth0:")[2].split()[0])
    assert 0 < told["networks"]["eth0"]["rx_bytes"] <= received
    task.stop()


def test_a_task_over_its_ephemeral_storage_is_stopped(server):
    if shutil.disk_usage(server.data_dir).free < 30 << 30:
        pytest.skip("needs 30 GiB of free disk: Fargate's least is 20")
    role = server.iam.create_role(RoleName="storage", AssumeRolePolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Principal": {"Service": "ecs-tasks.amazonaws.com"}, "Action": "sts:AssumeRole"}]}))["Role"]["Arn"]
    container = shell(f"fallocate -l 21474836480 /file && fallocate -l 2147483648 /more || echo refused; {FOREVER}")
    del container["logConfiguration"]
    task = run(server, container, mode="awsvpc", launchType="FARGATE",
               definition={"requiresCompatibilities": ["FARGATE"], "cpu": "256", "memory": "512", "executionRoleArn": role,
                           "ephemeralStorage": {"sizeInGiB": 21}})
    assert task.describe()["ephemeralStorage"] == {"sizeInGiB": 21}
    stopped = task.stopped(timeout_s=60)
    assert stopped["stoppedReason"].startswith("ContainerRuntimeError: no space left on device: the task uses "), stopped["stoppedReason"]
    assert stopped["stoppedReason"].endswith("of its 21 GiB of ephemeral storage")
