"""Health checks of real containers, and what waits for them."""

from harness.tasks import FOREVER, run, shell
from harness.waiting import eventually


def check(script, **members):
    return {"command": ["CMD-SHELL", script], "interval": 5, "timeout": 2, "retries": 1} | members


def health(task, name="main"):
    return task.container(name)["healthStatus"]


def test_a_container_is_healthy_unhealthy_and_healthy_again(server):
    task = run(server, shell("while [ ! -e /sick ]; do sleep 1; done; echo sick; while :; do sleep 1; done",
                             healthCheck=check("if [ -e /sick ]; then rm /sick; exit 1; fi; n=$(cat /n 2>/dev/null); "
                                               "echo $((n+1)) >/n; [ \"$n\" != 1 ] || touch /sick")))
    task.running()
    assert task.describe()["healthStatus"] == health(task) == "UNKNOWN"
    for status in ("HEALTHY", "UNHEALTHY", "HEALTHY"):
        eventually(lambda: task.describe()["healthStatus"] == health(task) == status, f"it to be {status}", 40)
    assert task.describe()["lastStatus"] == "RUNNING", "nobody stops a task that no service keeps"
    task.stop()


def test_others_wait_until_it_is_healthy(server):
    task = run(server,
               shell("sleep 3; touch /up; " + FOREVER, name="db", healthCheck=check("[ -e /up ]", retries=10)),
               shell("echo started; " + FOREVER, name="app", dependsOn=[{"containerName": "db", "condition": "HEALTHY"}]))
    eventually(lambda: task.container("db")["lastStatus"] == "RUNNING", "the database to run")
    assert task.container("app")["lastStatus"] == "PENDING"
    task.running()
    task.wait_line("started", "app")
    task.stop()


def test_a_check_runs_as_the_container_does_and_ends_with_its_time(server):
    """The same user, environment and walls; whoever hangs is killed with all that it has started."""
    task = run(server, shell("cp /proc/self/status /tmp/own; touch /tmp/ready; while [ ! -e /tmp/probe ]; do sleep 1; done; "
                             "for f in own probe; do grep -E '^(Uid|Gid|Groups|CapEff|CapBnd|Seccomp|NoNewPrivs):' /tmp/$f >/tmp/$f.walls; done; "
                             "cmp /tmp/own.walls /tmp/probe.walls && echo same walls; cat /tmp/env; "
                             "while ! ps | grep -q '[s]leep 777'; do sleep 1; done; echo hangs; "
                             "while ps | grep -q '[s]leep 777'; do sleep 1; done; echo is gone; " + FOREVER,
                             user="1000:1000", environment=[{"name": "WORD", "value": "given"}],
                             linuxParameters={"tmpfs": [{"containerPath": "/tmp", "size": 4, "mountOptions": ["mode=1777"]}]},
                             healthCheck=check("[ -e /tmp/ready ] || exit 1; echo $WORD >/tmp/env; cat /proc/self/status >/tmp/probe; "
                                               "sleep 777 & wait")))
    for line in ("same walls", "given", "hangs", "is gone"):
        task.wait_line(line)
    eventually(lambda: health(task) == "UNHEALTHY", "a check that takes too long to fail")
    task.stop()


def test_health_outlives_a_server(server):
    task = run(server, shell("touch /up; " + FOREVER, healthCheck=check("[ -e /up ]")))
    task.running()
    eventually(lambda: health(task) == "HEALTHY", "it to be healthy")
    server.kill()
    server.start().wait_joined()
    assert health(task) == "HEALTHY"
    task.stop()
