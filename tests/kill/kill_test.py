#!/usr/bin/env python3
"""Kills a server at random points under load and looks for what was acknowledged.

  kill_test.py SLIPWAY [--kills 200] [--seed N]

Each round: start the server, let clients write, SIGKILL it after a random while, start it again. Then every write
of the round that was acknowledged must be there, whole; one that was not may be there, but then whole as well; and
no revision of a task definition may have been given twice. At the end all rounds are looked at once more.
"""

import argparse
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

WRITERS = 4
SERVICES = ("ecs", "logs", "iam")
KEY = ("AKIAKILLTESTKILLTEST", "kill-test-secret-kill-test-secret-kill-te")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Server:
    def __init__(self, slipway, data_dir):
        self.command = [slipway, "server", "--data-dir", data_dir, "--no-agent", "--log-level", "warn", "--listen"]
        self.port = free_port()
        self.process = None

    def start(self):
        environment = dict(os.environ, SLIPWAY_ACCESS_KEY_ID=KEY[0], SLIPWAY_SECRET_ACCESS_KEY=KEY[1])
        self.process = subprocess.Popen(self.command + [f"127.0.0.1:{self.port}"], env=environment)
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                sys.exit(f"the server ended with {self.process.returncode} instead of starting")
            try:
                with socket.create_connection(("127.0.0.1", self.port), 1) as connection:
                    connection.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
                    if b" 200 " in connection.recv(100):
                        return
            except OSError:
                pass
            time.sleep(0.005)
        sys.exit("the server did not answer within 20 s")

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def clients(self):
        config = Config(retries={"max_attempts": 0, "mode": "standard"}, connect_timeout=2, read_timeout=10,
                        parameter_validation=False)
        session = boto3.session.Session(*KEY, region_name="us-east-1")
        return {name: session.client(name, endpoint_url=f"http://127.0.0.1:{self.port}", config=config)
                for name in SERVICES}


class Round:
    """What one round's writers asked for and what was acknowledged."""

    def __init__(self, number):
        self.name = f"r{number}"
        self.revisions = {}  # family -> acknowledged revisions
        self.acknowledged = set()  # ("cluster" | "group" | "user", name)
        self.attempted = set()
        self.keys = {}  # user -> acknowledged access key ids
        self.events = {}  # stream -> acknowledged messages
        self.calls = 0

    def attempt(self, kind, name, call):
        self.attempted.add((kind, name))
        call()
        self.acknowledged.add((kind, name))


def tags_of(name):
    return {"made-by": name, "round": name.split("-")[0]}


def write_one(clients, done, writer, count, choice):
    ecs, logs, iam = clients["ecs"], clients["logs"], clients["iam"]
    name = f"{done.name}-w{writer}-{count}"
    family = f"{done.name}-w{writer}"
    if choice < 0.45:
        answer = ecs.register_task_definition(
            family=family, containerDefinitions=[{"name": "c", "image": f"image:{count}", "memory": 64}])
        done.revisions.setdefault(family, []).append((answer["taskDefinition"]["revision"], f"image:{count}"))
    elif choice < 0.6:
        tags = [{"key": key, "value": value} for key, value in tags_of(name).items()]
        done.attempt("cluster", name, lambda: ecs.create_cluster(clusterName=name, tags=tags))
    elif choice < 0.7:
        done.attempt("group", name, lambda: logs.create_log_group(logGroupName=name, tags=tags_of(name)))
    elif choice < 0.8:
        done.attempt("user", name, lambda: iam.create_user(UserName=name))
        key = iam.create_access_key(UserName=name)["AccessKey"]["AccessKeyId"]
        done.keys[name] = key
    else:
        stream = f"{done.name}-w{writer}"
        if stream not in done.events:
            logs.create_log_group(logGroupName=stream + "-log")
            logs.create_log_stream(logGroupName=stream + "-log", logStreamName=stream)
            done.events[stream] = []
        messages = [f"{name}/{i}" for i in range(3)]
        now = int(time.time() * 1000)
        logs.put_log_events(logGroupName=stream + "-log", logStreamName=stream,
                            logEvents=[{"timestamp": now, "message": message} for message in messages])
        done.events[stream] += messages
    done.calls += 1


def write_until_killed(clients, done, writer, seed, stop):
    choices = random.Random(f"{seed}/{done.name}/{writer}")
    count = 0
    while not stop.is_set():
        count += 1
        try:
            write_one(clients, done, writer, count, choices.random())
        except ClientError as error:
            sys.stderr.write(f"refused: {error}\n")
            os._exit(1)
        except BotoCoreError:
            if stop.is_set():
                return


def expect(holds, what):
    if not holds:
        print(f"FAILED: {what}", flush=True)
        sys.exit(1)


def look(clients, done):
    ecs, logs, iam = clients["ecs"], clients["logs"], clients["iam"]
    for family, revisions in done.revisions.items():
        numbers = [number for number, _ in revisions]
        expect(len(set(numbers)) == len(numbers), f"{family}: a revision was given twice: {numbers}")
        listed = set()
        for page in ecs.get_paginator("list_task_definitions").paginate(familyPrefix=family):
            listed.update(int(arn.rsplit(":", 1)[1]) for arn in page["taskDefinitionArns"])
        expect(listed >= set(numbers), f"{family}: revisions {sorted(set(numbers) - listed)} are lost")
        expect(listed == set(range(1, max(listed) + 1)), f"{family}: revisions have a gap: {sorted(listed)}")
        number, image = revisions[-1]
        definition = ecs.describe_task_definition(taskDefinition=f"{family}:{number}")["taskDefinition"]
        expect(definition["containerDefinitions"][0]["image"] == image, f"{family}:{number} is not what was registered")

    clusters = [name for kind, name in done.attempted if kind == "cluster"]
    for start in range(0, len(clusters), 100):
        found = ecs.describe_clusters(clusters=clusters[start:start + 100], include=["TAGS"])["clusters"]
        there = {each["clusterName"]: {tag["key"]: tag["value"] for tag in each["tags"]} for each in found}
        for name in clusters[start:start + 100]:
            expect(name in there or ("cluster", name) not in done.acknowledged, f"cluster {name} is lost")
            expect(name not in there or there[name] == tags_of(name), f"cluster {name} is half there: {there.get(name)}")

    groups = set()
    for page in logs.get_paginator("describe_log_groups").paginate(logGroupNamePrefix=done.name + "-"):
        groups.update(group["logGroupName"] for group in page["logGroups"])
    for kind, name in done.attempted:
        if kind == "group":
            expect(name in groups or (kind, name) not in done.acknowledged, f"log group {name} is lost")
            if name in groups:
                expect(logs.list_tags_log_group(logGroupName=name)["tags"] == tags_of(name), f"log group {name} is half there")
        elif kind == "user" and (kind, name) in done.acknowledged:
            iam.get_user(UserName=name)
    for user, key in done.keys.items():
        listed = {each["AccessKeyId"] for each in iam.list_access_keys(UserName=user)["AccessKeyMetadata"]}
        expect(key in listed, f"access key {key} of {user} is lost")
    for stream, messages in done.events.items():
        there, token = [], None
        while True:
            page = logs.get_log_events(logGroupName=stream + "-log", logStreamName=stream, startFromHead=True,
                                       **({"nextToken": token} if token else {}))
            if not page["events"]:
                break
            there += [event["message"] for event in page["events"]]
            token = page["nextForwardToken"]
        expect(set(there) >= set(messages), f"{stream}: log events {sorted(set(messages) - set(there))[:3]} are lost")
        expect(len(set(there)) == len(there), f"{stream}: log events stand twice")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("slipway")
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1 << 32))
    options = parser.parse_args()
    print(f"seed {options.seed}", flush=True)
    chance = random.Random(options.seed)
    data_dir = tempfile.mkdtemp(prefix="slipway-kill-")
    server = Server(os.path.abspath(options.slipway), data_dir)
    server.start()
    clients = server.clients()
    writers = [server.clients() for _ in range(WRITERS)]
    rounds = []
    try:
        for number in range(options.kills):
            done, stop = Round(number), threading.Event()
            threads = [threading.Thread(target=write_until_killed, args=(writers[i], done, i, options.seed, stop))
                       for i in range(WRITERS)]
            for thread in threads:
                thread.start()
            time.sleep(chance.uniform(0.0, 0.35))
            server.kill()
            stop.set()
            for thread in threads:
                thread.join()
            server.start()
            look(clients, done)
            rounds.append(done)
        for done in rounds:
            look(clients, done)
        calls = sum(done.calls for done in rounds)
        print(f"{options.kills} kills, {calls} acknowledged calls, none lost, none half done")
    finally:
        server.kill()
        shutil.rmtree(data_dir, ignore_errors=True)


if __name__ == "__main__":
    main()
