"""boto3 inside a container: this host's Python, mounted read-only into an image that has none."""

import os
import sys
from pathlib import Path

import boto3

from .tasks import run, shell

SITE = str(Path(boto3.__file__).resolve().parents[1])
FOLDERS = {"usr": "/usr", "lib": "/lib", "lib64": "/lib64", "python": sys.base_prefix, "site": SITE}

DESCRIBE_ITSELF = """
import json, os, urllib.request
import boto3, botocore.exceptions
task = json.load(urllib.request.urlopen(os.environ["ECS_CONTAINER_METADATA_URI_V4"] + "/task"))["TaskARN"]
print(boto3.client("sts").get_caller_identity()["Arn"])
try:
    for told in boto3.client("ecs").describe_tasks(tasks=[task])["tasks"]:
        print(told["taskArn"], told["lastStatus"])
except botocore.exceptions.ClientError as error:
    print(error.response["Error"]["Code"])
"""

PROTECT_ITSELF = """
import os, urllib.request
request = urllib.request.Request(os.environ["ECS_AGENT_URI"] + "/task-protection/v1/state", b'{"ProtectionEnabled":true}', method="PUT")
try:
    print(urllib.request.urlopen(request).read().decode())
except urllib.error.HTTPError as error:
    print(error.read().decode())
"""


def mounted():
    return {name: path for name, path in FOLDERS.items() if os.path.isdir(path)}


def volumes():
    """The task definition's half of what python() mounts."""
    return [{"name": name, "host": {"sourcePath": os.path.realpath(path)}} for name, path in mounted().items()]


def python(script):
    """A container that runs a script with boto3 at hand."""
    interpreter = os.path.realpath(sys.executable)
    return shell(f'{interpreter} -c "$SCRIPT"', memory=256,
                 environment=[{"name": "SCRIPT", "value": script}, {"name": "PYTHONPATH", "value": SITE},
                              {"name": "PYTHONDONTWRITEBYTECODE", "value": "1"}],
                 mountPoints=[{"sourceVolume": name, "containerPath": path, "readOnly": True} for name, path in mounted().items()])


def run_python(server, script, definition=None, **members):
    return run(server, python(script), definition={"volumes": volumes()} | (definition or {}), **members)


def sdk_inside(server, role, mode):
    """An SDK without any configuration is its task, may call what everybody may, and nothing else."""
    task = run_python(server, DESCRIBE_ITSELF, definition={"taskRoleArn": role}, mode=mode)
    assert task.output() == [f"arn:aws:sts::000000000000:assumed-role/worker/{task.id}", "AccessDeniedException"]
