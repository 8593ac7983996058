"""Tasks of every kind that come and go while things are killed, and what must have become of each."""

import itertools
import random
import threading
import time

from botocore.exceptions import BotoCoreError, ClientError
from harness.tasks import register, shell, subnet

LIVE_TASKS = 10
SHORT_LINES = 5

SAY = "i=0; while [ $i -lt %d ]; do echo line $i; i=$((i+1)); done; "
SHORT = "echo began; " + SAY % SHORT_LINES + "exit 7"
LONG = ("trap 'echo end; exit 9' TERM; echo began; i=0; "
        "while :; do echo line $i; i=$((i+1)); sleep 0.1 & wait $!; done")

class Job:
    """One task that was asked for: by whom, when, and what it will do."""

    def __init__(self, kind, life):
        self.kind, self.life = kind, life
        self.token = self.arn = None
        self.asked_at = time.time()
        self.stop_asked = self.stopped_by_us = False
        self.task = None  # as it was described at the end


class Load:
    """Two threads' worth of RunTask and StopTask, each call repeated until it was answered."""

    def __init__(self, server, seed):
        self.server, self.seed = server, seed
        self.jobs, self.failures = [], []
        self.ending = threading.Event()
        self.tokens = itertools.count(1)
        self.definitions = {}
        for mode in ("awsvpc", "bridge", "host", "none"):
            ports = {"portMappings": [{"containerPort": 80}]} if mode == "bridge" else {}
            for life, script in (("short", SHORT), ("long", LONG)):
                container = shell(script, memory=32, stopTimeout=10, **ports)
                self.definitions[mode, life] = register(server, container, mode=mode)
        self.definitions["awsvpc", "pair"] = register(
            server, shell(LONG, memory=32, stopTimeout=10), shell(SHORT, "side", memory=32, essential=False), mode="awsvpc")
        self.subnet = subnet(server)
        self.threads = [threading.Thread(target=self.work, args=(number,)) for number in range(2)]

    def start(self):
        for thread in self.threads:
            thread.start()

    def end(self):
        self.ending.set()
        for thread in self.threads:
            thread.join()
        assert not self.failures, self.failures[0]

    def work(self, number):
        choices = random.Random(f"{self.seed}/{number}")
        mine = []
        try:
            while not self.ending.is_set():
                live = [job for job in mine if job.life != "short" and not job.stop_asked]
                if len(live) >= LIVE_TASKS // 2 or (live and choices.random() < 0.35):
                    self.stop(choices.choice(live))
                else:
                    mine.append(self.run(*choices.choice(sorted(self.definitions))))
                time.sleep(choices.random() * 0.15)
        except Exception as error:  # told where it is joined
            self.failures.append(error)

    def ask(self, what):
        """Until there is an answer. The server may be away, and its answer may be lost: the call must bear repetition."""
        deadline = time.monotonic() + 40
        while True:
            try:
                return what()
            except BotoCoreError:
                pass
            except ClientError as error:
                if error.response["ResponseMetadata"]["HTTPStatusCode"] < 500:
                    raise
            assert time.monotonic() < deadline, "a call was not answered for 40 s"
            time.sleep(0.05)

    def run(self, kind, life):
        job = Job(kind, life)
        network = {"networkConfiguration": {"awsvpcConfiguration": {"subnets": [self.subnet]}}} if kind == "awsvpc" else {}
        while True:
            # A call that was refused has used its token up, and has started nothing.
            job.token = f"{self.seed}-{next(self.tokens)}"
            answer = self.ask(lambda: self.server.ecs.run_task(
                taskDefinition=self.definitions[kind, life], clientToken=job.token, startedBy=job.token, **network))
            if answer["tasks"]:
                job.arn = answer["tasks"][0]["taskArn"]
                self.jobs.append(job)
                return job
            time.sleep(0.05)  # the host is away for a moment, or full

    def stop(self, job):
        job.stop_asked = True
        self.ask(lambda: self.server.ecs.stop_task(task=job.arn, reason="stopped by the test"))
        job.stopped_by_us = True

