"""One row for each parameter of a container definition: what a container finds inside when it is given.

All tasks of the table are started together; each row then looks at its own one's output.
"""

import os

import pytest
from harness.tasks import FOREVER, Task, register, run, shell, subnet, try_run

V2 = os.path.exists("/sys/fs/cgroup/cgroup.controllers")

# name: (script, members of the container definition, what its output must be; a mode, members of the definition)
ROWS = {
    "command": ("", {"entryPoint": ["/bin/echo", "said"], "command": ["a b", "c"]}, ["said a b c"]),
    "environment": ('echo "$A|$B"', {"environment": [{"name": "A", "value": "x y"}, {"name": "B", "value": ""}]}, ["x y|"]),
    "workingDirectory": ("pwd", {"workingDirectory": "/made/here"}, ["/made/here"]),
    "user": ("id -u; id -g", {"user": "1234:5678"}, ["1234", "5678"]),
    "hostname": ("hostname; cat /etc/hostname", {"hostname": "named"}, ["named", "named"]),
    "extraHosts": ("grep backend /etc/hosts", {"extraHosts": [{"hostname": "backend", "ipAddress": "10.9.8.7"}]}, ["10.9.8.7\tbackend"]),
    "dns": ("cat /etc/resolv.conf", {"dnsServers": ["10.1.1.1", "10.1.1.2"], "dnsSearchDomains": ["a.test", "b.test"]},
            ["search a.test b.test", "nameserver 10.1.1.1", "nameserver 10.1.1.2"]),
    "readonlyRootFilesystem": ("touch /x 2>/dev/null || echo refused; touch /dev/shm/x && echo but there",
                               {"readonlyRootFilesystem": True}, ["refused", "but there"]),
    "ulimits": ("ulimit -Sn; ulimit -Hn; ulimit -Sc", {"ulimits": [
        {"name": "nofile", "softLimit": 300, "hardLimit": 400}, {"name": "core", "softLimit": 0, "hardLimit": 0}]}, ["300", "400", "0"]),
    "capabilities.add": ("ip link set lo mtu 1300 && cat /sys/class/net/lo/mtu",
                         {"linuxParameters": {"capabilities": {"add": ["NET_ADMIN"]}}}, ["1300"]),
    "capabilities.drop": ("chown 1:1 /etc/passwd 2>/dev/null || echo refused",
                          {"linuxParameters": {"capabilities": {"drop": ["CHOWN"]}}}, ["refused"]),
    "capabilities.drop ALL": ("grep CapBnd /proc/self/status", {"linuxParameters": {"capabilities": {"drop": ["ALL"]}}},
                              ["CapBnd:\t0000000000000000"]),
    "devices": ("[ -c /dev/mine ] && head -c 3 /dev/mine | wc -c; head -c 1 /dev/kmsg 2>/dev/null | wc -c",
                {"linuxParameters": {"devices": [{"hostPath": "/dev/zero", "containerPath": "/dev/mine", "permissions": ["read"]}]}}, ["3", "0"]),
    "sharedMemorySize": ("df -k /dev/shm | tail -1 | { read a b c; echo $b; }", {"linuxParameters": {"sharedMemorySize": 16}}, ["16384"]),
    "tmpfs": ("mount | grep ' /scratch ' | grep -o 'tmpfs\\|noexec' | sort -u; df -k /scratch | tail -1 | { read a b c; echo $b; }",
              {"linuxParameters": {"tmpfs": [{"containerPath": "/scratch", "size": 8, "mountOptions": ["noexec"]}]}}, ["noexec", "tmpfs", "8192"]),
    "systemControls": ("cat /proc/sys/net/core/somaxconn", {"systemControls": [{"namespace": "net.core.somaxconn", "value": "777"}]}, ["777"]),
    "privileged": ("mkdir /m; mount -t tmpfs none /m && echo mounted; grep Seccomp: /proc/self/status", {"privileged": True}, ["mounted", "Seccomp:\t0"]),
    "pseudoTerminal": ("[ -t 1 ] && echo a terminal", {"pseudoTerminal": True}, ["a terminal"]),
    "interactive": ("[ /proc/self/fd/0 -ef /dev/null ] && echo nothing || echo stdin is open", {"interactive": True}, ["stdin is open"]),
    "not interactive": ("[ /proc/self/fd/0 -ef /dev/null ] && echo nothing", {}, ["nothing"]),
    "memory": (f"cat /sys/fs/cgroup/{'memory.max' if V2 else 'memory/memory.limit_in_bytes'}", {"memory": 48}, [str(48 << 20)]),
    "memoryReservation": (f"cat /sys/fs/cgroup/{'memory.low' if V2 else 'memory/memory.soft_limit_in_bytes'}",
                          {"memory": 48, "memoryReservation": 32}, [str(32 << 20)]),
    "volumes": ("cat /in/file; touch /ro/x 2>/dev/null || echo read only", {"mountPoints": [
        {"sourceVolume": "host", "containerPath": "/in"}, {"sourceVolume": "host", "containerPath": "/ro", "readOnly": True}]},
        ["from the host", "read only"], "bridge", {"volumes": [{"name": "host", "host": {"sourcePath": "{host}"}}]}),
    "pidMode": ("[ $(cat /proc/1/comm) != sh ] && echo of the host", {}, ["of the host"], "bridge", {"pidMode": "host"}),
    "ipcMode": ("readlink /proc/self/ns/ipc", {}, ["{ipc}"], "bridge", {"ipcMode": "host"}),
    "networkMode host": ("readlink /proc/self/ns/net", {}, ["{net}"], "host"),
    "networkMode none": ("ls /sys/class/net | tr '\\n' ' '", {}, ["lo "], "none"),
    "networkMode awsvpc": ("ls /sys/class/net | tr '\\n' ' '", {}, ["eth0 lo "], "awsvpc"),
}
# What this host does not do is refused with the reason.
REFUSED = {
    "pidMode task": ({}, {"pidMode": "task"}, "pidMode task is not served by this node"),
    "ipcMode task": ({}, {"ipcMode": "task"}, "ipcMode task is not served by this node"),
    "device that is not there": ({"linuxParameters": {"devices": [{"hostPath": "/dev/no-such-device"}]}}, {},
                                 'adding custom device "/dev/no-such-device": no such file or directory'),
}


@pytest.fixture(scope="module")
def started(server, tmp_path_factory):
    place = tmp_path_factory.mktemp("volume")
    (place / "file").write_text("from the host\n")

    def start(container, mode, definition):
        definition = {key: [{**each, "host": {"sourcePath": str(place)}} for each in value] if key == "volumes" else value
                      for key, value in definition.items()}
        network = {"networkConfiguration": {"awsvpcConfiguration": {"subnets": [subnet(server)]}}} if mode == "awsvpc" else {}
        answer = try_run(server, register(server, container, mode=mode, **definition), **network)
        assert not answer["failures"], answer["failures"]
        return Task(server, answer["tasks"][0]["taskArn"])

    tasks = {}
    for name, (script, members, _, *rest) in ROWS.items():
        mode, definition = (rest + ["bridge", {}][len(rest):])[:2]
        tasks[name] = start(shell(script, **members), mode, definition)
    for name, (members, definition, _) in REFUSED.items():
        tasks[name] = start(shell("true", **members), "bridge", definition)
    return tasks


@pytest.mark.parametrize("name", ROWS)
def test_a_parameter_takes_effect(started, name):
    wanted = [line.format(ipc=os.readlink("/proc/self/ns/ipc"), net=os.readlink("/proc/self/ns/net")) for line in ROWS[name][2]]
    assert [line.rstrip("\r") for line in started[name].output()] == wanted


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_is_refused_with_the_reason(started, name):
    stopped = started[name].stopped()
    assert stopped["stopCode"] == "TaskFailedToStart"
    assert REFUSED[name][2] in stopped["stoppedReason"], stopped["stoppedReason"]


def test_docker_labels_are_told_inside(server):
    task = run(server, shell("wget -q -O - $ECS_CONTAINER_METADATA_URI_V4", dockerLabels={"team": "blue"}))
    assert '"team":"blue"' in task.output()[0].replace(": ", ":")


def test_links_and_volumes_from(server):
    task = run(server, shell("touch /shared/there; " + FOREVER, name="db", mountPoints=[{"sourceVolume": "v", "containerPath": "/shared"}]),
               shell("grep -c 'database' /etc/hosts; while [ ! -e /shared/there ]; do sleep 0.1; done; ls /shared", name="app",
                     links=["db:database"], volumesFrom=[{"sourceContainer": "db", "readOnly": True}]),
               definition={"volumes": [{"name": "v", "dockerVolumeConfiguration": {"scope": "task", "driver": "local"}}]})
    assert task.output("app") == ["1", "there"]
