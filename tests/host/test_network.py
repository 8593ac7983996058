"""Network modes, with real packets."""

import re
import socket
import subprocess
import sys

import pytest
from harness.tasks import FOREVER, PAGE, SERVE, fetch, register, run, shell, try_run
from harness.waiting import eventually


ECHO = """
import socket
server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
server.bind(("", 9000))
while True:
    data, sender = server.recvfrom(100)
    server.sendto(data, sender)
"""


def free_port():
    with socket.socket() as probe:
        probe.bind(("", 0))
        return probe.getsockname()[1]


def host_address():
    """The address that this host has towards others, or None."""
    route = subprocess.run(["ip", "route", "get", "192.0.2.1"], capture_output=True, text=True, check=False).stdout
    found = re.search(r" src (\S+)", route)
    return found and found[1]


def bindings(task, name="main"):
    return task.container(name)["networkBindings"]


def test_bridge_with_a_dynamic_host_port(server):
    task = run(server, shell(SERVE, portMappings=[{"containerPort": 80}]))
    task.running()
    [binding] = bindings(task)
    assert binding["containerPort"] == 80 and binding["protocol"] == "tcp" and binding["bindIP"] == "0.0.0.0"
    assert 32768 <= binding["hostPort"] <= 60999
    assert fetch("127.0.0.1", binding["hostPort"]) == PAGE
    assert fetch(host_address() or "127.0.0.1", binding["hostPort"]) == PAGE


def test_bridge_with_a_static_host_port(server):
    port = free_port()
    task = run(server, shell(SERVE, portMappings=[{"containerPort": 80, "hostPort": port}]))
    task.running()
    assert bindings(task)[0]["hostPort"] == port
    assert fetch("127.0.0.1", port) == PAGE


def test_a_range_of_ports_in_bridge_mode(server):
    serve = "for port in 9000 9001 9002; do httpd -p $port -h /www; done; echo serving; " + FOREVER
    task = run(server, shell(serve, portMappings=[{"containerPortRange": "9000-9002"}]))
    task.running()
    [binding] = bindings(task)
    assert binding["containerPortRange"] == "9000-9002" and "containerPort" not in binding and "hostPort" not in binding
    first, last = map(int, binding["hostPortRange"].split("-"))
    assert last - first == 2 and 32768 <= first and last <= 60999
    for port in range(first, last + 1):
        assert fetch("127.0.0.1", port) == PAGE


def test_a_port_that_a_task_has_is_not_promised_twice(server):
    port = free_port()
    definition = register(server, shell(SERVE, portMappings=[{"containerPort": 80, "hostPort": port}]))
    first = try_run(server, definition)
    assert not first["failures"]
    second = try_run(server, definition)
    assert second["tasks"] == []
    assert second["failures"][0]["reason"] == "RESOURCE:PORTS"


def test_a_port_that_another_program_has(server):
    with socket.socket() as taken:
        taken.bind(("", 0))
        taken.listen()
        task = run(server, shell(SERVE, portMappings=[{"containerPort": 80, "hostPort": taken.getsockname()[1]}]))
        stopped = task.stopped()
    assert stopped["stopCode"] == "TaskFailedToStart"
    assert task.container()["reason"].startswith("CannotStartContainerError: Error response from daemon: ")
    assert "port is already allocated" in task.container()["reason"] or "address already in use" in task.container()["reason"]


def test_udp(server, request):
    task = run(server, shell(FOREVER, portMappings=[{"containerPort": 9000, "protocol": "udp"}]))
    task.running()
    # busybox has no program that serves UDP: one from outside, in the container's network.
    namespace = f"/run/slipway-{server.node_id}/netns/bridge-{task.container()['runtimeId']}"
    echo = subprocess.Popen(["nsenter", f"--net={namespace}", sys.executable, "-c", ECHO])
    request.addfinalizer(echo.kill)
    assert bindings(task)[0]["protocol"] == "udp"
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
        client.settimeout(2)
        client.connect(("127.0.0.1", bindings(task)[0]["hostPort"]))

        def echoed():
            client.send(b"ping")
            try:
                return client.recv(100) == b"ping"
            except OSError:
                return False

        eventually(echoed, "an echo over UDP")


def test_containers_of_a_bridge_task_reach_each_other_by_link(server):
    web = shell(SERVE, "web")
    asking = shell("until wget -q -O - 2>/dev/null http://web/; do sleep 0.1; done", "asking", links=["web"])
    task = run(server, web, asking)
    assert task.output("asking") == [PAGE.strip()]



def test_awsvpc_interface_inside(server):
    task = run(server, shell("ip -o -4 addr show scope global; ip -o link; wget -q -O - $AWS_ENDPOINT_URL/healthz >/dev/null && echo reached"), mode="awsvpc")
    lines = task.output()
    details = {each["name"]: each["value"] for each in task.describe()["attachments"][0]["details"]}
    assert any(details["privateIPv4Address"] in line for line in lines), lines
    assert any(details["macAddress"] in line for line in lines), lines


def test_containers_of_an_awsvpc_task_share_localhost(server):
    web = shell("httpd -p 127.0.0.1:8080 -h /www; " + FOREVER, "web")
    asking = shell("until wget -q -O - 2>/dev/null http://127.0.0.1:8080/; do sleep 0.1; done", "asking")
    task = run(server, web, asking, mode="awsvpc")
    assert task.output("asking") == [PAGE.strip()]


def test_two_awsvpc_tasks_use_the_same_port_and_reach_each_other(server):
    first = run(server, shell(SERVE), mode="awsvpc")
    first.running()
    address = first.container()["networkInterfaces"][0]["privateIpv4Address"]
    second = run(server, shell(f"httpd -p 80 -h /www; until wget -q -O - 2>/dev/null http://{address}/; do sleep 0.1; done"), mode="awsvpc")
    assert second.output() == [PAGE.strip()]


def test_host_mode_is_the_host_s_network(server):
    port = free_port()
    task = run(server, shell(f"httpd -p {port} -h /www; " + FOREVER, portMappings=[{"containerPort": port}]), mode="host")
    task.running()
    assert fetch("127.0.0.1", port) == PAGE
    assert bindings(task)[0]["hostPort"] == port


def test_what_a_host_mode_task_serves_is_for_awsvpc_tasks(server):
    """At an address of the host; what it does not name, and what listens on 127.0.0.1, is not."""
    said, unsaid, within = free_port(), free_port(), free_port()
    serve = f"httpd -p {said} -h /www; httpd -p {unsaid} -h /www; httpd -p 127.0.0.1:{within} -h /www; " + FOREVER
    host = run(server, shell(serve, portMappings=[{"containerPort": said}, {"containerPort": within}]), mode="host")
    host.running()
    assert fetch("127.0.0.1", within) == PAGE
    address = host_address()
    if not address:
        pytest.skip("this host has no address but loopback")
    asking = run(server, shell(f"until timeout 2 wget -q -O /dev/null http://{address}:{said}/; do sleep 0.2; done; "
                               f"for port in {said} {unsaid} {within}; do timeout 2 wget -q -O - http://{address}:$port/ 2>/dev/null || echo none; done"),
                 mode="awsvpc")
    assert asking.output() == [PAGE.strip(), "none", "none"]
    host.stop()


def test_none_has_nothing_but_loopback(server):
    task = run(server, shell("ls /sys/class/net; ip route; echo end"), mode="none")
    assert task.output() == ["lo", "end"]
