"""A server of a test's own: its data directory, its port, its clients, and its end."""

import os
import re
import shutil
import signal
import subprocess
import tempfile
import urllib.error
import urllib.request
from pathlib import Path

import boto3
from botocore.config import Config

from .leftovers import force_clean, left_behind
from .paths import AWS, SLIPWAY
from .waiting import eventually

# Nothing of the machine's own AWS configuration reaches a client.
PLAIN_ENVIRONMENT = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")} | {
    "AWS_CONFIG_FILE": "/dev/null", "AWS_SHARED_CREDENTIALS_FILE": "/dev/null", "AWS_EC2_METADATA_DISABLED": "true",
    "AWS_PAGER": ""}


def slipway(*arguments, **options):
    """Runs the binary to its end."""
    return subprocess.run([SLIPWAY, *map(str, arguments)], capture_output=True, text=True, timeout=60, **options)


class Server:
    def __init__(self, *flags, listen="127.0.0.1:0", data_dir=None, environment=None):
        self.data_dir = Path(data_dir or tempfile.mkdtemp(prefix="slipway-test-")).resolve()
        self.flags = flags
        self.listen = listen
        self.environment = environment or {}
        self.prefix = []  # a command that runs the server
        self.process = None
        self.log = self.data_dir.with_suffix(".log")
        self.clients = {}
        self.variables = {}

    # --- Its life ---

    def start(self, timeout_s=20):
        assert self.process is None
        # What an earlier life wrote is not this life's answer to where it serves.
        (self.data_dir / "access").unlink(missing_ok=True)
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(
                [*self.prefix, SLIPWAY, "server", "--data-dir", str(self.data_dir), "--listen", self.listen, *self.flags],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=PLAIN_ENVIRONMENT | self.environment)
        eventually(self.serves, "the server to serve", timeout_s, pause_s=0.01)
        return self

    def serves(self):
        assert self.process.poll() is None, f"the server ended with {self.process.returncode}: {self.log.read_text()[-2000:]}"
        told = slipway("env", "--data-dir", self.data_dir)
        if told.returncode != 0:
            return False
        self.variables = dict(re.findall(r"(AWS_\w+)=(\S+)", told.stdout))
        try:
            return urllib.request.urlopen(self.endpoint + "/healthz", timeout=5).status == 200
        except (urllib.error.URLError, ConnectionError):
            return False

    def wait_joined(self):
        """Until this host has joined and takes tasks."""

        def connected():
            arns = self.ecs.list_container_instances()["containerInstanceArns"]
            return arns and self.ecs.describe_container_instances(containerInstances=arns)["containerInstances"][0]["agentConnected"]

        eventually(connected, "the host to join")
        return self

    def end(self, how):
        process, self.process = self.process, None
        process.send_signal(how)
        try:
            return process.wait(timeout=30)
        finally:
            process.kill()

    def kill(self):
        self.end(signal.SIGKILL)

    def stop(self):
        code = self.end(signal.SIGTERM)
        assert code == 0, f"the server ended with {code}: {self.log.read_text()[-2000:]}"

    def close(self):
        """Stops the tasks and the server; what is then left behind fails the test, and goes."""
        try:
            if self.process is None or self.process.poll() is not None:
                self.process = None
                if not self.node_id or not left_behind(self.node_id, self.data_dir):
                    return
                self.start()
            if not self.runs_no_tasks:
                self.wait_joined()
                self.stop_tasks()
            self.stop()
            left = left_behind(self.node_id, self.data_dir) if self.node_id else []  # without an agent there is no node
            assert not left, "left behind:\n" + "\n".join(left)
        finally:
            if self.process:
                self.kill()
            if self.node_id:
                force_clean(self.node_id, self.data_dir)
            shutil.rmtree(self.data_dir, ignore_errors=True)
            if os.environ.get("SLIPWAY_KEEP_LOGS") != "1":
                self.log.unlink(missing_ok=True)

    def stop_tasks(self):
        clusters = self.ecs.list_clusters()["clusterArns"]
        running = [(cluster, task) for cluster in clusters
                   for status in ("RUNNING", "STOPPED")
                   for task in self.ecs.list_tasks(cluster=cluster, desiredStatus=status)["taskArns"]]
        for cluster, task in running:
            self.ecs.stop_task(cluster=cluster, task=task)
        for cluster, task in running:
            eventually(lambda: self.ecs.describe_tasks(cluster=cluster, tasks=[task])["tasks"][0]["lastStatus"] == "STOPPED",
                       f"{task} to stop", timeout_s=45)

    # --- What it is ---

    @property
    def runs_no_tasks(self):
        return "--no-agent" in self.flags

    @property
    def endpoint(self):
        return self.variables["AWS_ENDPOINT_URL"]

    @property
    def node_id(self):
        path = self.data_dir / "node-id"
        return path.read_text().strip() if path.exists() else ""

    # --- Its clients ---

    def client(self, service, key=None, **config):
        """boto3's; key: (id, secret[, token]) of another principal than the administrator."""
        key = key or (self.variables["AWS_ACCESS_KEY_ID"], self.variables["AWS_SECRET_ACCESS_KEY"])
        config = {"retries": {"total_max_attempts": 1}, "inject_host_prefix": False, "read_timeout": 30} | config
        return boto3.session.Session().client(
            service, endpoint_url=self.endpoint, region_name=self.variables["AWS_REGION"], aws_access_key_id=key[0],
            aws_secret_access_key=key[1], aws_session_token=key[2] if len(key) > 2 else None, config=Config(**config))

    def __getattr__(self, service):
        if service not in ("ecs", "logs", "iam", "sts", "ec2", "kms", "ssm", "secretsmanager"):
            raise AttributeError(service)
        # Of this life of the server: a thread may still be making one for the life before.
        key = (service, self.endpoint)
        if key not in self.clients:
            self.clients[key] = self.client(service)
        return self.clients[key]

    def run_aws(self, *arguments, **options):
        """The stock command line, told where to go by `slipway env` alone."""
        return subprocess.run([AWS, *map(str, arguments)], capture_output=True, text=True, timeout=120,
                              env=PLAIN_ENVIRONMENT | self.variables, **options)

    def slipway(self, verb, *arguments):
        return slipway(verb, *arguments, "--data-dir", self.data_dir)

    def import_image(self, path, *arguments):
        done = self.slipway("image", "import", path, *arguments)
        assert done.returncode == 0, done.stderr
        return done.stdout
