"""What a task definition says about its containers is what they are."""

import time

from harness.tasks import FOREVER, Task, register, run, shell, try_run

# A volume by which one container of a task tells the other how far it is.
GATE = [{"sourceVolume": "gate", "containerPath": "/gate"}]


def test_environment_and_its_override(server):
    task = run(server, shell("echo $COLOUR $SIZE $EMPTY.", environment=[
        {"name": "COLOUR", "value": "green"}, {"name": "SIZE", "value": "a b"}, {"name": "EMPTY", "value": ""}]),
        overrides={"containerOverrides": [{"name": "main", "environment": [{"name": "COLOUR", "value": "red"}]}]})
    assert task.output() == ["red a b ."]


def test_entry_point_and_command(server):
    task = run(server, shell("", entryPoint=["/bin/echo", "-n"], command=["one", "two  three"]))
    assert task.output() == ["one two  three"]


def test_the_image_s_own_command(server):
    container = shell("", workingDirectory="/")
    del container["entryPoint"], container["command"]
    task = run(server, container)
    assert task.stopped()["containers"][0]["exitCode"] == 0  # sh, which reads nothing and ends


def test_command_override(server):
    task = run(server, shell("echo from the definition"),
               overrides={"containerOverrides": [{"name": "main", "command": ["echo from the override"]}]})
    assert task.output() == ["from the override"]


def test_memory_override_reaches_the_control_group(server):
    limit = "cat /sys/fs/cgroup/memory/memory.limit_in_bytes /sys/fs/cgroup/memory.max 2>/dev/null"
    task = run(server, shell(limit), overrides={"containerOverrides": [{"name": "main", "memory": 96}]})
    assert task.output() == [str(96 << 20)]


def test_user_and_working_directory(server):
    task = run(server, shell("id -u; id -g; pwd", user="nobody", workingDirectory="/made/for/it"))
    assert task.output() == ["65534", "65534", "/made/for/it"]


def test_numeric_user_and_group(server):
    assert run(server, shell("id -u; id -g", user="1234:5678")).output() == ["1234", "5678"]


def test_hostname_and_a_read_only_root(server):
    task = run(server, shell("hostname; touch /x 2>/dev/null || echo refused", hostname="box", readonlyRootFilesystem=True))
    assert task.output() == ["box", "refused"]


def test_a_container_cannot_harm_the_host(server):
    task = run(server, shell("""
        mount -t tmpfs none /tmp 2>/dev/null || echo no mount
        mknod /tmp/disk b 8 0 2>/dev/null && cat /tmp/disk >/dev/null 2>&1 || echo no disk
        echo 1 2>/dev/null > /proc/sys/kernel/panic || echo no sysctl
        ls -A /proc/kcore /sys/firmware 2>/dev/null | grep -v : | wc -l
        ls /proc | grep -c '^[0-9]*$'"""))
    lines = task.output()
    assert lines[:3] == ["no mount", "no disk", "no sysctl"]
    assert int(lines[4]) < 6, "it sees processes other than its own"


def test_exit_code(server):
    task = run(server, shell("exit 42"))
    stopped = task.stopped()
    assert stopped["stopCode"] == "EssentialContainerExited"
    assert stopped["stoppedReason"] == "Essential container in task exited"
    assert stopped["containers"][0]["exitCode"] == 42
    assert stopped["containers"][0]["lastStatus"] == "STOPPED"


def test_states_and_timestamps(server):
    task = run(server, shell(FOREVER))
    task.running()
    stopped = task.stop("because I say so")
    assert stopped["stopCode"] == "UserInitiated"
    assert stopped["stoppedReason"] == "because I say so"
    assert stopped["desiredStatus"] == "STOPPED"
    moments = [stopped[name] for name in ("createdAt", "pullStartedAt", "pullStoppedAt", "startedAt", "stoppingAt", "executionStoppedAt", "stoppedAt")]
    assert moments == sorted(moments)


def test_stop_timeout(server):
    """TERM, which it does not heed; KILL after its stopTimeout."""
    task = run(server, shell("trap 'echo told' TERM; echo up; while :; do sleep 0.1; done", stopTimeout=2))
    task.running()
    task.wait_line("up")
    begun = time.monotonic()
    stopped = task.stop()
    assert stopped["containers"][0]["exitCode"] == 137
    assert time.monotonic() - begun >= 1.9
    assert task.lines() == ["up", "told"]


def test_out_of_memory(server):
    task = run(server, shell("echo filling; exec tail /dev/zero", memory=16))
    stopped = task.stopped()
    container = stopped["containers"][0]
    assert container["exitCode"] == 137
    assert container["reason"] == "OutOfMemoryError: Container killed due to memory usage"
    assert stopped["stopCode"] == "EssentialContainerExited"
    assert task.lines() == ["filling"]


def test_a_container_that_is_not_essential(server):
    # Main goes on a while after the other's end.
    task = run(server, shell("echo early; touch /gate/side; exit 3", "side", essential=False, mountPoints=GATE),
               shell("until [ -e /gate/side ]; do sleep 0.1; done; sleep 1; echo late", mountPoints=GATE),
               definition={"volumes": [{"name": "gate"}]})
    stopped = task.stopped()
    assert {each["name"]: each["exitCode"] for each in stopped["containers"]} == {"side": 3, "main": 0}
    assert task.lines("main") == ["late"]


def test_the_end_of_an_essential_container_stops_the_others(server):
    # Not before the other heeds signals.
    task = run(server, shell("trap 'echo stopped in order; exit 7' TERM; touch /gate/up; while :; do sleep 0.1; done", "other",
                             essential=False, mountPoints=GATE),
               shell("until [ -e /gate/up ]; do sleep 0.1; done; exit 5", mountPoints=GATE),
               definition={"volumes": [{"name": "gate"}]})
    stopped = task.stopped()
    assert {each["name"]: each["exitCode"] for each in stopped["containers"]} == {"other": 7, "main": 5}
    assert "stopped in order" in task.lines("other")


def test_depends_on(server):
    task = run(server, shell("sleep 0.5; echo prepared", "first", essential=False),
               shell("echo second", "main", dependsOn=[{"containerName": "first", "condition": "SUCCESS"}]))
    task.stopped()
    first = server.logs.get_log_events(logGroupName="/tests", logStreamName=f"t/first/{task.id}")["events"][0]
    second = server.logs.get_log_events(logGroupName="/tests", logStreamName=f"t/main/{task.id}")["events"][0]
    assert first["message"] == "prepared" and first["timestamp"] <= second["timestamp"]


def test_a_dependency_that_fails(server):
    task = run(server, shell("exit 1", "first", essential=False),
               shell("echo second", "main", dependsOn=[{"containerName": "first", "condition": "SUCCESS"}]))
    assert task.stopped()["stopCode"] == "TaskFailedToStart"
    assert task.lines() == []


def test_command_that_is_not_there(server):
    task = run(server, shell("", entryPoint=["/bin/nothing"], command=[]))
    stopped = task.stopped()
    assert stopped["stopCode"] == "TaskFailedToStart"
    reason = stopped["containers"][0]["reason"]
    assert reason.startswith("CannotStartContainerError: Error response from daemon: "), reason
    assert "/bin/nothing" in reason and "no such file or directory" in reason


def test_command_that_may_not_be_run(server):
    stopped = run(server, shell("", entryPoint=["/etc/passwd"], command=[])).stopped()
    assert stopped["stopCode"] == "TaskFailedToStart"
    assert "permission denied" in stopped["containers"][0]["reason"]


def test_user_that_is_not_there(server):
    stopped = run(server, shell("true", user="stranger")).stopped()
    assert stopped["stopCode"] == "TaskFailedToStart"
    assert "stranger" in stopped["containers"][0]["reason"]


def test_a_task_bigger_than_the_host(server):
    memory = try_run(server, register(server, shell("true", memory=100_000_000)))
    assert memory["tasks"] == [] and memory["failures"][0]["reason"] == "RESOURCE:MEMORY"
    cpu = try_run(server, register(server, shell("true", cpu=1_000_000)))
    assert cpu["tasks"] == [] and cpu["failures"][0]["reason"] == "RESOURCE:CPU"
    assert cpu["failures"][0]["arn"].startswith("arn:aws:ecs:us-east-1:000000000000:container-instance/")


def test_several_at_once_share_what_the_host_has(server):
    definition = register(server, shell("echo $RANDOM; sleep 0.3", memory=16, cpu=10))
    answer = try_run(server, definition, count=10)
    assert len(answer["tasks"]) == 10 and not answer["failures"]
    for each in answer["tasks"]:
        task = Task(server, each["taskArn"])
        assert task.stopped()["containers"][0]["exitCode"] == 0
        assert len(task.lines()) == 1


def test_a_volume_shared_by_two_containers(server):
    mount = [{"sourceVolume": "shared", "containerPath": "/data"}]
    task = run(server, shell("echo written > /data/file", "writer", essential=False, mountPoints=mount),
               shell("cat /data/file", mountPoints=mount, dependsOn=[{"containerName": "writer", "condition": "SUCCESS"}]),
               definition={"volumes": [{"name": "shared"}]})
    assert task.output() == ["written"]


def test_logs_arrive_while_it_runs(server):
    task = run(server, shell("echo first; " + FOREVER))
    task.running()
    task.wait_line("first")
    assert task.describe()["lastStatus"] == "RUNNING"


def test_long_lines_binary_and_standard_error(server):
    task = run(server, shell(r"echo error >&2; printf 'x%.0s' $(seq 20000); echo; printf 'bad \377 byte\n'; printf 'no newline'"))
    lines = task.output()
    assert "error" in lines
    assert "".join(line for line in lines if set(line) == {"x"}) == "x" * 20000
    assert "no newline" in lines
    assert any(line.startswith("bad ") and line.endswith(" byte") for line in lines)


def test_many_lines_each_once_and_in_order(server):
    task = run(server, shell("seq 20000"))
    assert task.output() == [str(number) for number in range(1, 20001)]
