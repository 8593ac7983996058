"""The whole host, counted before and after: ctest runs this one alone."""

import signal

import pytest
from harness.images import busybox_tar
from harness.leftovers import foreign, host_state
from harness.paths import missing_for_containers
from harness.server import Server
from harness.tasks import FOREVER, run, shell
from harness.waiting import eventually


@pytest.fixture
def counted():
    """Everything that the test adds to the host must be gone at its end, whatever name it has."""
    if reason := missing_for_containers():
        pytest.skip(reason)
    seen = {}

    def state(node_id):
        # Processes come and go on any host; those of the node carry its name. So do other nodes' things theirs.
        return {(kind, name) for kind, name in host_state()
                if (node_id in name if kind == "process" else not foreign(name, node_id))}

    before = state("no node yet")
    yield seen
    added = eventually_nothing(lambda: state(seen["node"]) - before)
    assert not added, "\n".join(f"{kind}: {name}" for kind, name in sorted(added))


def eventually_nothing(left):
    try:
        eventually(lambda: not left(), "nothing to be left", timeout_s=3)
    except AssertionError:
        pass
    return left()


def served(server, seen, tmp_path):
    server.start().wait_joined()
    seen["node"] = server.node_id
    server.import_image(busybox_tar(tmp_path / "hello.tar"))


@pytest.mark.parametrize("mode", ["bridge", "awsvpc", "host", "none"])
def test_a_task_of_each_mode(counted, tmp_path, mode):
    server = Server()
    try:
        served(server, counted, tmp_path)
        ports = {"portMappings": [{"containerPort": 80}]} if mode == "bridge" else {}
        tasks = [run(server, shell("httpd -p 8080; " + FOREVER, **ports), shell(FOREVER, "side"), mode=mode) for _ in range(1 if mode == "host" else 2)]
        for task in tasks:
            task.running()
        for task in tasks:
            task.stop()
    finally:
        server.close()


def test_tasks_that_fail(counted, tmp_path):
    server = Server()
    try:
        served(server, counted, tmp_path)
        for container in (shell("true", image="127.0.0.1:9/nothing:1"), shell("", entryPoint=["/bin/nothing"]),
                          shell("true", user="stranger"), shell("exec tail /dev/zero", memory=8)):
            for mode in ("bridge", "awsvpc"):
                run(server, container, mode=mode).stopped(45)
    finally:
        server.close()


def test_a_server_without_tasks(counted):
    server = Server()
    try:
        server.start().wait_joined()
        counted["node"] = server.node_id
        assert server.end(signal.SIGTERM) == 0
    finally:
        server.close()


def test_a_server_killed_with_its_tasks(counted, tmp_path):
    server = Server()
    try:
        served(server, counted, tmp_path)
        for mode in ("bridge", "awsvpc", "host", "none"):
            run(server, shell("sleep 2"), mode=mode).running()
        server.kill()
        server.start().wait_joined()
    finally:
        server.close()


def test_an_interrupted_server(counted):
    server = Server()
    try:
        server.start()
        counted["node"] = server.node_id
        assert server.end(signal.SIGINT) == 0
    finally:
        server.close()
