"""`slipway run`, which needs no server, and `slipway doctor`."""

import json
import os
import signal
import subprocess

import pytest
from harness.leftovers import host_state
from harness.paths import SLIPWAY, missing_for_containers
from harness.server import PLAIN_ENVIRONMENT, slipway
from harness.tasks import FOREVER, PAGE, fetch, shell
from harness.tasks import run as run_task
from harness.waiting import eventually


@pytest.fixture(scope="module")
def data_dir(image_tar, tmp_path_factory):
    if reason := missing_for_containers():
        pytest.skip(reason)
    path = tmp_path_factory.mktemp("data")
    done = slipway("image", "import", image_tar, "--data-dir", path)
    assert done.returncode == 0, done.stderr
    return path


class Run:
    """A `slipway run` of a definition, and a look at what it left."""

    def __init__(self, data_dir, tmp_path, *containers, **members):
        self.data_dir = data_dir
        definition = tmp_path / "definition.json"
        definition.write_text(json.dumps({"family": "local", "containerDefinitions": list(containers)} | members))
        self.process = subprocess.Popen([SLIPWAY, "run", str(definition), "--data-dir", str(data_dir)], stdout=subprocess.PIPE,
                                        stderr=subprocess.PIPE, text=True, env=PLAIN_ENVIRONMENT, start_new_session=True)

    def end(self):
        out, err = self.process.communicate(timeout=60)
        assert list(self.data_dir.glob("run-*")) == [], "its own directory is left"
        left = [name for kind, name in host_state() if f"{self.data_dir}/run-" in name]
        assert not left, left
        return self.process.returncode, out, err


def script(text, name="main", **members):
    return {"name": name, "image": "hello:1", "memory": 32, "entryPoint": ["/bin/sh", "-c"], "command": [text]} | members


def test_output_and_exit_code(data_dir, tmp_path):
    code, out, err = Run(data_dir, tmp_path, script("echo one; echo two; exit 17")).end()
    assert (code, out) == (17, "one\ntwo\n"), err


def test_success(data_dir, tmp_path):
    assert Run(data_dir, tmp_path, script("echo done")).end()[:2] == (0, "done\n")


def test_output_of_several_containers(data_dir, tmp_path):
    code, out, _ = Run(data_dir, tmp_path, script("echo from a; sleep 1", "a"), script("echo from b; sleep 1", "b")).end()
    assert code == 0 and sorted(out.splitlines()) == ["a | from a", "b | from b"]


def test_exit_code_is_the_essential_container_s(data_dir, tmp_path):
    # Those that are stopped with it end with 143, which is nobody's failure.
    others = [script("trap 'exit 143' TERM; sleep 100 & wait", "other"), script("exit 5", "side", essential=False)]
    assert Run(data_dir, tmp_path, *others, script("sleep 0.5")).end()[0] == 0
    assert Run(data_dir, tmp_path, *others, script("sleep 0.5; exit 6")).end()[0] == 6


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_interrupt_stops_in_order(data_dir, tmp_path, how):
    run = Run(data_dir, tmp_path, script("trap 'echo stopping; exit 3' TERM; echo up; while :; do sleep 0.1; done"))
    assert run.process.stdout.readline() == "up\n"
    os.killpg(run.process.pid, how)
    code, out, err = run.end()
    assert (code, out) == (3, "stopping\n"), err


def test_in_the_default_vpc(data_dir, tmp_path):
    run = Run(data_dir, tmp_path, script("ip -o -4 addr show dev eth0 | grep -o 'inet [0-9.]*'"), networkMode="awsvpc",
              requiresCompatibilities=["FARGATE"], cpu="256", memory="512")
    code, out, err = run.end()
    assert code == 0 and out.startswith(("inet 172.31.", "inet 10.")), (out, err)


def test_in_a_vpc_that_the_host_reaches_though_a_server_has_the_usual_block(server, tmp_path):
    beside = run_task(server, shell(FOREVER), mode="awsvpc")
    beside.running()
    run = Run(server.data_dir, tmp_path, script("httpd -p 80 -h /www; echo up; " + FOREVER), networkMode="awsvpc",
              requiresCompatibilities=["FARGATE"], cpu="256", memory="512")
    assert run.process.stdout.readline() == "up\n"
    told = run.process.stderr.readline()
    assert told.startswith("slipway: main has the address "), told
    assert fetch(told.split()[-1]) == PAGE
    os.killpg(run.process.pid, signal.SIGINT)
    run.end()
    beside.stop()


def test_two_at_the_same_time(data_dir, tmp_path):
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    runs = [Run(data_dir, tmp_path / name, script(f"echo {name}; sleep 0.5")) for name in ("a", "b")]
    for run in runs:
        run.process.wait(timeout=60)
    assert [run.end()[:2] for run in runs] == [(0, "a\n"), (0, "b\n")]


def test_beside_a_server(server, tmp_path):
    """The images are the server's; nothing else is shared."""
    assert Run(server.data_dir, tmp_path, script("echo beside")).end()[:2] == (0, "beside\n")
    assert server.ecs.list_tasks()["taskArns"] == []


@pytest.mark.parametrize(("container", "words"), [
    ({"image": "127.0.0.1:9/nothing:1"}, "CannotPullContainerError"),
    ({"entryPoint": ["/bin/nothing"]}, "CannotStartContainerError"),
    ({"memory": 100_000_000}, "no room"),
    ({"memory": -1}, "memory"),
])
def test_what_cannot_run_is_told_in_a_sentence(data_dir, tmp_path, container, words):
    code, out, err = Run(data_dir, tmp_path, script("true", **container)).end()
    assert code == 1 and out == "" and words in err and err.startswith("slipway: ") and err.count("\n") == 1, err


def test_definitions_that_are_none(data_dir, tmp_path):
    for text in ("{", "[]", '"text"', "{}", '{"family": 3}'):
        path = tmp_path / "bad.json"
        path.write_text(text)
        done = slipway("run", path, "--data-dir", data_dir)
        assert done.returncode in (1, 2) and done.stderr.startswith("slipway: ") and done.stderr.count("\n") == 1, (text, done.stderr)
    assert slipway("run", tmp_path / "absent.json", "--data-dir", data_dir).returncode == 2


def test_second_interrupt_is_not_needed_for_a_task_that_heeds_the_first(data_dir, tmp_path):
    run = Run(data_dir, tmp_path, script("echo up; " + FOREVER))
    assert run.process.stdout.readline() == "up\n"
    os.kill(run.process.pid, signal.SIGINT)
    os.kill(run.process.pid, signal.SIGINT)  # as wrappers do
    assert run.end()[0] == 0


def test_doctor(data_dir):
    before = host_state()
    done = slipway("doctor")
    assert done.returncode == 0, done.stdout
    checks = [line for line in done.stdout.splitlines() if not line.startswith(" ")]
    assert all(line.split()[0] in ("ok", "warn") for line in checks)
    told = done.stdout.lower()
    for subject in ("cgroup", "namespace", "nft", "overlay", "crun", "disk"):
        assert subject in told, f"doctor says nothing about {subject}"
    # Every warning says what follows from it or what to do.
    lines = done.stdout.splitlines()
    for at, line in enumerate(lines):
        if line.startswith("warn"):
            assert lines[at + 1].startswith(" "), line
    left = [entry for entry in host_state() - before if "d0c70000" in entry[1]]
    assert left == []
