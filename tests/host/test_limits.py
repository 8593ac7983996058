"""Limits are held by the kernel, and what the metadata endpoint tells is what the kernel counts."""

import json
import os
import re
import shutil
from pathlib import Path

import pytest
from botocore.exceptions import ClientError
from harness.tasks import FOREVER, counter, register, run, shell
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


WORK = "dd if=/dev/zero of=/volume/{name} bs=1M count={mib} conv=fsync 2>/dev/null; head -c {bytes} /dev/urandom >/dev/null"


def kernel_counts(task, name):
    """What the kernel counts of a container: by the paths of Docker's stats."""
    container = task.container(name)
    [group] = Path("/sys/fs/cgroup" if V2 else "/sys/fs/cgroup/memory").glob(f"slipway-*/{task.id}/{container['runtimeId']}")

    def read(controller, file):
        path = group / file if V2 else Path("/sys/fs/cgroup") / controller / group.relative_to("/sys/fs/cgroup/memory") / file
        return path.read_text()

    pid = read("pids", "cgroup.procs").split()[0]
    interface = Path(f"/proc/{pid}/net/dev").read_text().partition("eth0:")[2].split()
    if V2:
        cpu = int(re.search(r"usage_usec (\d+)", read("cpu", "cpu.stat")).group(1)) * 1000
        written, got = (sum(map(int, re.findall(rf"{way}bytes=(\d+)", read("io", "io.stat")))) for way in "wr")
        memory, most = int(read("memory", "memory.current")), int(read("memory", "memory.max"))
    else:
        cpu = int(read("cpuacct", "cpuacct.usage"))
        written, got = (sum(map(int, re.findall(rf" {way} (\d+)", read("blkio", "blkio.throttle.io_service_bytes_recursive"))))
                        for way in ("Write", "Read"))
        memory, most = int(read("memory", "memory.usage_in_bytes")), int(read("memory", "memory.limit_in_bytes"))
    return {"cpu": cpu, "memory": memory, "limit": most, "pids": int(read("pids", "pids.current")), "written": written, "read": got,
            "received": (int(interface[0]), int(interface[1])), "sent": (int(interface[8]), int(interface[9]))}


def told_counts(stats):
    def moved(way):
        return sum(each["value"] for each in stats["blkio_stats"]["io_service_bytes_recursive"] if each["op"].lower() == way)

    network = stats["networks"]["eth0"]
    return {"cpu": stats["cpu_stats"]["cpu_usage"]["total_usage"], "memory": stats["memory_stats"]["usage"],
            "limit": stats["memory_stats"]["limit"], "pids": stats["pids_stats"]["current"], "written": moved("write"), "read": moved("read"),
            "received": (network["rx_bytes"], network["rx_packets"]), "sent": (network["tx_bytes"], network["tx_packets"])}


def test_stats_are_the_kernel_s_own_figures(server):
    """Of each container: one that rests is told to the byte, one that goes on is told no more than there is."""
    # To a volume: a container's own file system takes no sync. Both are PID 1 and deaf, so they are not waited for.
    mounts = [{"sourceVolume": "v", "containerPath": "/volume"}]
    ask = f"while :; do {STATS} > /volume/own.new && {STATS.replace('/stats', '/task/stats')} > /volume/all.new && mv /volume/own.new /volume/own && mv /volume/all.new /volume/all; sleep 1; done"
    task = run(server, shell(f"{WORK.format(name='main', mib=2, bytes=1000000)}; {ask}", memory=64, stopTimeout=1, mountPoints=mounts),
               shell(f"{WORK.format(name='side', mib=4, bytes=3000000)}; wget -q -O /dev/null $ECS_CONTAINER_METADATA_URI_V4; exec sleep 1000", "side",
                     memory=32, stopTimeout=1, mountPoints=mounts),
               definition={"volumes": [{"name": "v"}]})
    task.running()
    main, side = (task.container(name)["runtimeId"] for name in ("main", "side"))
    [volume] = Path(server.data_dir).glob(f"**/volumes/task-{task.id}/v-v")

    def documents():
        try:
            return [json.loads((volume / name).read_text()) for name in ("own", "all")]
        except FileNotFoundError:
            return None

    def rests():
        """The side's figures, once they are no more in motion; memory may be given back at any time."""
        if not (found := documents()):
            return None
        kernel, told = kernel_counts(task, "side"), told_counts(found[1][side])
        same = {name for name in kernel if kernel[name] == told[name]}
        return (kernel, told) if kernel["pids"] == 1 and same >= set(kernel) - {"memory"} else None

    kernel, told = eventually(rests, "the resting container's figures to be the kernel's", 45, pause_s=0.5)
    assert abs(kernel["memory"] - told["memory"]) < MIB and told["limit"] == 32 * MIB
    assert told["cpu"] > 0 and told["received"][0] > 0 and told["sent"][0] > 0
    # Version 1 counts what a process itself sends to the disk, and leaves out what the kernel writes back for it.
    assert told["written"] >= (4 * MIB if V2 else 0)

    own, whole = documents()
    kernel, told = kernel_counts(task, "main"), told_counts(own)
    assert set(whole) == {main, side} and whole[main]["id"] == own["id"] == main
    assert told["limit"] == 64 * MIB and own["cpu_stats"]["online_cpus"] == os.cpu_count()
    for name in ("cpu", "written", "read", "received", "sent"):
        assert told[name] <= kernel[name], name
    assert told["cpu"] > 0 and told["received"][0] > 0 and 1 <= told["pids"] <= kernel["pids"] + 2
    assert abs(told["memory"] - kernel["memory"]) < 4 * MIB
    task.stop()


def test_ephemeral_storage_is_told(server):
    """What the task has written, in MiB, and what it has."""
    role = fargate_role(server)
    ask = "wget -q -O - $ECS_CONTAINER_METADATA_URI_V4/task | grep -o 'EphemeralStorageMetrics[^}]*}'"
    container = shell("dd if=/dev/zero of=/file bs=1M count=7 2>/dev/null; dd if=/dev/zero of=/volume/file bs=1M count=5 2>/dev/null; "
                      f"echo written; while :; do {ask} || echo none; sleep 1; done", memory=128, stopTimeout=2,
                      mountPoints=[{"sourceVolume": "v", "containerPath": "/volume"}])
    task = run(server, container, mode="awsvpc", launchType="FARGATE",
               definition={"requiresCompatibilities": ["FARGATE"], "executionRoleArn": role, "ephemeralStorage": {"sizeInGiB": 21},
                           "volumes": [{"name": "v"}]})
    task.wait_line("written")

    def told():
        lines = [line for line in task.lines() if line.startswith("EphemeralStorage")]
        metrics = json.loads(lines[-1].partition(":")[2]) if lines else {}
        # Directories and what the shell leaves take some blocks as well.
        return 12 <= metrics.get("Utilized", 0) <= 16 and metrics

    assert eventually(told, "12 MiB to be counted", 30)["Reserved"] == 21 * 1024
    task.stop()


def fargate_role(server):
    trust = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"Service": "ecs-tasks.amazonaws.com"},
                                                     "Action": "sts:AssumeRole"}]}
    name = f"storage-{next(counter)}"
    return server.iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(trust))["Role"]["Arn"]


def test_a_task_over_its_ephemeral_storage_is_stopped(server):
    if shutil.disk_usage(server.data_dir).free < 30 << 30:
        pytest.skip("needs 30 GiB of free disk: Fargate's least is 20")
    role = fargate_role(server)
    container = shell(f"fallocate -l 21474836480 /file && fallocate -l 2147483648 /more || echo refused; {FOREVER}")
    del container["logConfiguration"]
    task = run(server, container, mode="awsvpc", launchType="FARGATE",
               definition={"requiresCompatibilities": ["FARGATE"], "cpu": "256", "memory": "512", "executionRoleArn": role,
                           "ephemeralStorage": {"sizeInGiB": 21}})
    assert task.describe()["ephemeralStorage"] == {"sizeInGiB": 21}
    stopped = task.stopped(timeout_s=60)
    assert stopped["stoppedReason"].startswith("ContainerRuntimeError: no space left on device: the task uses "), stopped["stoppedReason"]
    assert stopped["stoppedReason"].endswith("of its 21 GiB of ephemeral storage")
