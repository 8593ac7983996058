"""What a task can do wrong to others: each is refused or contained, with the reason, and a quiet task goes on."""

import time
from pathlib import Path

import pytest
from botocore.exceptions import ClientError
from harness.images import Layout, busybox_tar
from harness.tasks import FOREVER, register, run, shell
from harness.waiting import eventually

COUNTING = "trap 'exit 0' TERM; i=0; while :; do echo line $i; i=$((i+1)); sleep 0.1 & wait $!; done"
MIB = 1 << 20


@pytest.fixture(scope="module")
def quiet(server):
    """A neighbour of all of them: it must never notice."""
    task = run(server, shell(COUNTING))
    task.running()
    yield task
    stopped = task.stop()
    assert stopped["containers"][0]["exitCode"] == 0, stopped
    lines = task.lines()
    assert lines == [f"line {number}" for number in range(len(lines))]


@pytest.fixture(autouse=True)
def unharmed(server, quiet):
    pid, told = server.process.pid, server.log.read_text().count("\n")
    before = len(quiet.lines())
    yield
    assert server.process.poll() is None and server.process.pid == pid
    eventually(lambda: len(quiet.lines()) > before + 3, "the quiet neighbour's next lines")
    assert quiet.describe()["lastStatus"] == "RUNNING"
    said = server.log.read_text().splitlines()[told:]
    loud = [line for line in said if " warning " in line or " error " in line]
    assert len(loud) < 10, "\n".join(loud[:20])


# name: script, container definition, what is checked of (exit code, lines)
BAD = {
    "a flood of lines": (
        "yes $(head -c 1000 /dev/zero | tr '\\0' x) | head -c 150000000; echo; echo end", {"memory": 128},
        lambda code, lines: code == 0 and lines[-1] == "end"),
    "one line without an end": (
        "head -c 20000000 /dev/zero | tr '\\0' a; exit 4", {},
        lambda code, lines: code == 4 and sum(map(len, lines)) == 20_000_000 and max(map(len, lines)) <= 256 * 1024),
    "bytes that are no text": (
        "head -c 300000 /dev/urandom; echo; printf 'a\\000b\\377c\\n'; printf '\\303\\n'; echo end; exit 5", {},
        lambda code, lines: code == 5 and lines[-1] == "end" and all(isinstance(line, str) for line in lines)),
    "empty lines": (
        "i=0; while [ $i -lt 500 ]; do echo; i=$((i+1)); done; echo end", {},
        lambda code, lines: code == 0 and lines[-1] == "end"),
    "more processes than it may have": (
        "i=0; while [ $i -lt 6000 ]; do sleep 20 & i=$((i+1)); done 2>/dev/null; echo never", {"memory": 900},
        lambda code, lines: code in (2, 137) and "never" not in lines),
    "zombies that nobody buries": (
        "i=0; while [ $i -lt 400 ]; do (true &); i=$((i+1)); done; sleep 0.5; echo end", {},
        lambda code, lines: code == 0 and lines == ["end"]),
    "its output opened a thousand times": (
        "i=0; while [ $i -lt 1000 ]; do echo $i >/dev/stdout & i=$((i+1)); done; wait; exit 6", {"memory": 512},
        lambda code, lines: code == 6 and sorted(map(int, lines)) == list(range(1000))),
    "too many open files": (
        "ulimit -n; i=0; (while [ $i -lt 200 ]; do sleep 3 < /dev/zero & i=$((i+1)); done; wait); exit 7",
        {"ulimits": [{"name": "nofile", "softLimit": 64, "hardLimit": 64}]},
        lambda code, lines: code == 7 and lines[0] == "64"),
    "memory without end": (
        "exec tail /dev/zero", {"memory": 16},
        lambda code, lines: code == 137),
    "its own output closed": (
        "exec >&- 2>&-; echo lost; exit 8", {},
        lambda code, lines: code == 8 and lines == []),
    "killing whatever it can": (
        "kill -9 -1; sleep 0.2; echo alive; exit 9", {},
        lambda code, lines: code == 9 and lines[-1] == "alive"),
}


@pytest.mark.parametrize("name", BAD)
def test_contained(server, name):
    script, members, holds = BAD[name]
    task = run(server, shell(script, **members))
    stopped = task.stopped(60)
    assert stopped["stopCode"] == "EssentialContainerExited", stopped
    # What is over is told before what was said is with the log service.
    container = stopped["containers"][0]
    lines, seen = [], -1
    while len(lines) != seen:
        seen = len(lines)
        time.sleep(0.3)
        lines = task.lines()
    assert holds(container.get("exitCode"), lines), (container, len(lines), lines[-3:])
    if "memory without end" == name:
        assert container["reason"] == "OutOfMemoryError: Container killed due to memory usage"
    spools = sum(each.stat().st_size for each in (server.data_dir / "node/containers").rglob("output/*"))
    assert spools < 80 * MIB, spools


def test_what_cannot_be_run(server, tmp_path):
    broken = Layout(busybox_tar(tmp_path / "broken.tar")).with_file("broken", b"\0not a program", mode=0o755)
    broken = broken.with_file("data", b"#!/bin/sh\necho no\n").save(tmp_path / "made.tar", "broken:1")
    server.import_image(broken, "--name", "broken:1")
    for path, words in (("/bin/nothing", "no such file or directory"), ("/data", "permission denied"),
                        ("nothing", "executable file not found in $PATH"), ("/", "permission denied")):
        stopped = run(server, shell("", image="broken:1", entryPoint=[path], command=[])).stopped()
        reason = stopped["stoppedReason"]
        assert stopped["stopCode"] == "TaskFailedToStart", (path, stopped)
        assert reason.startswith("CannotStartContainerError: ") and words in reason, (path, reason)
    # The kernel refuses it after the runtime has let go: it has started, and ends at once.
    task = run(server, shell("", image="broken:1", entryPoint=["/broken"], command=[]))
    assert task.stopped()["containers"][0]["exitCode"] not in (0, 255)


def test_an_environment_that_is_too_large(server):
    with pytest.raises(ClientError, match="ClientException"):
        register(server, shell("true", environment=[{"name": "BIG", "value": "x" * 70_000}]))
    large = [{"name": f"V{i}", "value": "x" * 100} for i in range(400)]
    assert int(run(server, shell("env | wc -c", environment=large)).output()[0]) > 40_000


def test_a_program_that_does_not_want_to_end(server):
    task = run(server, shell("trap '' TERM INT HUP; echo ready; while :; do sleep 1; done", stopTimeout=2))
    task.running()
    task.wait_line("ready")
    began = time.monotonic()
    stopped = task.stop("enough")
    assert stopped["containers"][0]["exitCode"] == 137 and stopped["stoppedReason"] == "enough"
    assert 1.5 < time.monotonic() - began < 10


def test_a_task_that_is_gone_leaves_no_process(server):
    task = run(server, shell(f"(setsid sleep 12345 &); (nohup sleep 12345 &); echo ready; {FOREVER}"))
    task.running()
    task.wait_line("ready")
    task.stop()
    left = [path for path in Path("/proc").glob("[0-9]*/cmdline") if b"12345" in read(path)]
    assert not left


def read(path):
    try:
        return path.read_bytes()
    except OSError:
        return b""
