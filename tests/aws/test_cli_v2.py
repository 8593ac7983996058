"""The second generation of the command line, as Debian packages it: `aws logs tail`, which the first has not."""

import json
import os
import subprocess
import threading
import time

import pytest
from harness.server import PLAIN_ENVIRONMENT
from harness.waiting import eventually

AWS2 = "/usr/bin/aws"


def missing():
    if not os.access(AWS2, os.X_OK):
        return f"needs {AWS2} (awscli)"
    version = subprocess.run([AWS2, "--version"], capture_output=True, text=True, env=PLAIN_ENVIRONMENT).stdout
    return None if version.startswith("aws-cli/2.") else f"{AWS2} is {version.split()[0]}, not of version 2"


pytestmark = pytest.mark.skipif(bool(missing()), reason=str(missing()))


@pytest.fixture
def aws2(control_plane):
    # 2.9 is older than AWS_ENDPOINT_URL.
    def command(*arguments):
        return [AWS2, "--endpoint-url", control_plane.endpoint, *arguments]

    return command, PLAIN_ENVIRONMENT | control_plane.variables


def put(control_plane, group, *messages):
    now = int(time.time() * 1000)
    control_plane.logs.put_log_events(logGroupName=group, logStreamName="hello/web/1",
                                      logEvents=[{"timestamp": now, "message": message} for message in messages])


@pytest.fixture
def group(control_plane):
    name = "/ecs/tailed"
    control_plane.logs.create_log_group(logGroupName=name)
    control_plane.logs.create_log_stream(logGroupName=name, logStreamName="hello/web/1")
    yield name
    control_plane.logs.delete_log_group(logGroupName=name)


def test_tail(control_plane, aws2, group):
    command, environment = aws2
    put(control_plane, group, "first line", "zweite Zeile, 世界")
    done = subprocess.run(command("logs", "tail", group, "--format", "short"), capture_output=True, text=True, timeout=60,
                          env=environment)
    assert done.returncode == 0, done.stderr
    assert [line.split(" ", 1)[1] for line in done.stdout.splitlines()] == ["first line", "zweite Zeile, 世界"]


def test_tail_follow_shows_what_comes_later_once(control_plane, aws2, group):
    command, environment = aws2
    put(control_plane, group, "before")
    tail = subprocess.Popen(command("logs", "tail", group, "--follow", "--format", "short"), stdout=subprocess.PIPE,
                            stderr=subprocess.STDOUT, text=True, env=environment | {"PYTHONUNBUFFERED": "1"})
    seen = []
    reader = threading.Thread(target=lambda: seen.extend(iter(tail.stdout.readline, "")))
    reader.start()
    try:
        eventually(lambda: any("before" in line for line in seen), "the line from before", timeout_s=30)
        put(control_plane, group, "after one", "after two")
        eventually(lambda: any("after two" in line for line in seen), "the lines that came later", timeout_s=30)
        assert tail.poll() is None
    finally:
        tail.kill()
        tail.wait()
        reader.join()
    assert [line.split(" ", 1)[1].strip() for line in seen] == ["before", "after one", "after two"]


def test_a_task_definition_in_and_out(aws2, control_plane):
    command, environment = aws2
    definition = {"family": "of-v2", "containerDefinitions": [{"name": "c", "image": "hello:1", "memory": 32}]}
    for arguments in (["register-task-definition", "--cli-input-json", json.dumps(definition)],
                      ["describe-task-definition", "--task-definition", "of-v2"]):
        done = subprocess.run(command("ecs", *arguments), capture_output=True, text=True, timeout=60, env=environment)
        assert done.returncode == 0, done.stderr
        assert json.loads(done.stdout)["taskDefinition"]["family"] == "of-v2"
