"""Tasks as the host tests write them: a script, and what became of it."""

import itertools
import json
import time
import urllib.request

from .waiting import eventually

GROUP = "/tests"
LATE_S = 5  # without a new line, after which no more are waited for
TRUST = json.dumps({"Version": "2012-10-17", "Statement": [
    {"Effect": "Allow", "Principal": {"Service": "ecs-tasks.amazonaws.com"}, "Action": "sts:AssumeRole"}]})
counter = itertools.count(1)


def shell(script, name="main", **members):
    """A container that runs a script of busybox's shell and tells its output to the logs."""
    # A stop timeout for those that are stopped before they heed signals: ECS's own would be half a minute.
    return {"name": name, "image": "hello:1", "memory": 64, "stopTimeout": 10, "entryPoint": ["/bin/sh", "-c"], "command": [script],
            "logConfiguration": {"logDriver": "awslogs", "options": {
                "awslogs-group": GROUP, "awslogs-region": "us-east-1", "awslogs-stream-prefix": "t",
                "awslogs-create-group": "true"}}} | members


# Goes on until it is told to stop, and then ends at once.
FOREVER = "trap 'exit 0' TERM; while :; do sleep 1 & wait $!; done"

PAGE = "Hello from a task of Slipway.\n"
SERVE = "httpd -p 80 -h /www; echo serving; " + FOREVER


def fetch(address, port=80):
    def answer():
        try:
            return urllib.request.urlopen(f"http://{address}:{port}/", timeout=5).read().decode()
        except OSError:
            return None

    return eventually(answer, f"http://{address}:{port}/ to answer")


class Task:
    def __init__(self, server, arn, cluster="default"):
        self.server, self.arn, self.cluster = server, arn, cluster
        self.id = arn.rpartition("/")[2]

    def describe(self):
        return self.server.ecs.describe_tasks(cluster=self.cluster, tasks=[self.arn], include=["TAGS"])["tasks"][0]

    def container(self, name="main"):
        return next(each for each in self.describe()["containers"] if each["name"] == name)

    def wait(self, status, timeout_s=30):
        def reached():
            task = self.describe()
            if status != "STOPPED":
                assert task["lastStatus"] != "STOPPED", f"it stopped: {task.get('stopCode')} {task.get('stoppedReason')} {task['containers']}"
            return task["lastStatus"] == status and task

        return eventually(reached, f"{self.id} to be {status}", timeout_s)

    def running(self):
        return self.wait("RUNNING")

    def stopped(self, timeout_s=30):
        task = self.wait("STOPPED", timeout_s)
        for container in task["containers"]:
            self.wait_for_late_lines(container)
        return task

    def wait_for_late_lines(self, container):
        """STOPPED waits for the last lines, but not for ever: on a busy machine they may come later, and the node says so."""
        words = "the log service has not got all of a container's output yet"
        told = self.server.log.read_text(errors="replace").splitlines()
        if "runtimeId" not in container or not any(words in line and container["runtimeId"] in line for line in told):
            return
        seen, since = -1, time.monotonic()
        while time.monotonic() - since < LATE_S:
            lines = len(self.lines(container["name"]))
            if lines != seen:
                seen, since = lines, time.monotonic()
            time.sleep(0.2)

    def stop(self, reason=None):
        self.server.ecs.stop_task(cluster=self.cluster, task=self.arn, **({"reason": reason} if reason else {}))
        return self.stopped()

    def lines(self, name="main"):
        """Its log lines so far."""
        lines, token = [], {}
        while True:
            try:
                page = self.server.logs.get_log_events(logGroupName=GROUP, logStreamName=f"t/{name}/{self.id}",
                                                       startFromHead=True, **token)
            except self.server.logs.exceptions.ResourceNotFoundException:
                return lines
            lines += [event["message"] for event in page["events"]]
            if not page["events"]:
                return lines
            token = {"nextToken": page["nextForwardToken"]}

    def wait_line(self, wanted, name="main"):
        return eventually(lambda: next((line for line in self.lines(name) if line.startswith(wanted)), None),
                          f"the line {wanted!r} of {self.id}; there are {self.lines(name)}")

    def output(self, name="main"):
        """What it wrote until it ended."""
        self.stopped()
        return self.lines(name)


def register(server, *containers, mode="bridge", **members):
    family = f"t{next(counter)}"
    if mode == "awsvpc" and "FARGATE" in members.get("requiresCompatibilities", []):
        members = {"cpu": "256", "memory": "512"} | members
    registered = server.ecs.register_task_definition(family=family, networkMode=mode, containerDefinitions=list(containers), **members)
    return registered["taskDefinition"]["taskDefinitionArn"]


def subnet(server):
    return server.ec2.describe_subnets(Filters=[{"Name": "default-for-az", "Values": ["true"]}])["Subnets"][0]["SubnetId"]


def try_run(server, definition, **members):
    """RunTask's whole answer."""
    return server.ecs.run_task(taskDefinition=definition, **members)


def run(server, *containers, mode="bridge", definition=None, **members):
    """Registers, runs, and gives the task; members of RunTask's input may follow."""
    definition = definition or {}
    run_members = dict(members)
    if mode == "awsvpc":
        run_members.setdefault("networkConfiguration", {"awsvpcConfiguration": {"subnets": [subnet(server)]}})
    answer = try_run(server, register(server, *containers, mode=mode, **definition), **run_members)
    assert not answer["failures"], answer["failures"]
    return Task(server, answer["tasks"][0]["taskArn"])
