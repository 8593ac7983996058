#!/usr/bin/env python3
"""Kills a server, its supervisor and calls of the runtime at random points under load; then counts.

  SLIPWAY=… chaos_test.py [--kills 500] [--seed N]

Two clients run and stop tasks of every network mode all the while. At the end every task must be STOPPED, with a
reason in ECS's words and the exit code that it had, its lines there once and in order; of what its tasks had on the
host nothing may be left while the node lives, and nothing at all once it has ended.
"""

import argparse
import os
import random
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
sys.dont_write_bytecode = True

from harness.images import busybox_tar  # noqa: E402
from harness.leftovers import node_state  # noqa: E402
from harness.paths import missing_for_containers  # noqa: E402
from harness.server import Server  # noqa: E402
from harness.tasks import Task  # noqa: E402
from harness.waiting import eventually  # noqa: E402
from load import Load  # noqa: E402
from verdict import Deaths, judge  # noqa: E402
from victims import VICTIMS, strike, supervisor_of  # noqa: E402

SKIPPED = 77


def kill_at_random(server, kills, chance, deaths):
    """Until so many have died; a server is started again at once, a supervisor by its server."""
    missed = Counter()
    while len(deaths.all) < kills:
        time.sleep(chance.random() * 0.4)
        kind = chance.choices(list(VICTIMS), list(VICTIMS.values()))[0]
        at = time.time()
        if not strike(kind, server, chance):
            missed[kind] += 1
            assert sum(missed.values()) < 10 * kills, f"hardly anybody could be killed: {missed}"
        else:
            deaths.add(kind, at)
        if server.process is None:
            server.start()


def finish(server, load):
    """Every task is stopped or has ended by itself."""
    server.wait_joined()
    for job in load.jobs:
        if job.life != "short" and not job.stop_asked:
            load.stop(job)


def count_tasks(server, load):
    """Each call started one task, however often it was repeated."""
    known = Counter()
    for status in ("RUNNING", "STOPPED"):
        for page in server.ecs.get_paginator("list_tasks").paginate(desiredStatus=status):
            known.update(page["taskArns"])
    asked = {job.arn for job in load.jobs}
    assert set(known) == asked, f"tasks that nobody asked for: {set(known) - asked}; lost ones: {asked - set(known)}"


def settled(server, load):
    """What the node has once no task is left on it: the same, asked for twice."""
    for job in load.jobs:
        eventually(lambda: Task(server, job.arn).describe()["lastStatus"] == "STOPPED", f"{job.arn} to stop", 60)
    seen = [node_state(server)]

    def is_settled():
        seen.append(node_state(server))
        return seen[-1] == seen[-2] and not os.listdir(server.data_dir / "agent/tasks")

    eventually(is_settled, f"the tasks to be forgotten: {os.listdir(server.data_dir / 'agent/tasks')}", 20, pause_s=0.3)
    return seen[-1]


def run(server, kills, seed, image):
    chance, deaths = random.Random(seed), Deaths()
    server.start().wait_joined()
    server.import_image(image, "--name", "hello:1")
    load = Load(server, seed)
    for kind in ("awsvpc", "bridge"):  # makes the routers, which outlast their tasks for a minute
        load.run(kind, "short")
    idle = settled(server, load)
    load.start()
    began = time.monotonic()
    try:
        kill_at_random(server, kills, chance, deaths)
    finally:
        load.end()
    print(f"{kills} kills in {time.monotonic() - began:.0f} s: {dict(Counter(kind for _, kind in deaths.all))}; "
          f"{len(load.jobs)} tasks", flush=True)
    finish(server, load)
    left = settled(server, load) - idle
    count_tasks(server, load)
    wrong = [f"{job.kind} {job.life} {job.arn}: {each}" for job in load.jobs for each in judge(server, job, deaths)]
    wrong += [f"left on the host by tasks that are over: {each}" for each in left.items()]
    assert not wrong, "\n" + "\n".join(wrong)
    print(f"stop codes: {dict(Counter(job.task.get('stopCode') for job in load.jobs))}; "
          f"exit codes: {dict(Counter(c.get('exitCode') for job in load.jobs for c in job.task['containers']))}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=500)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1 << 32))
    options = parser.parse_args()
    if reason := missing_for_containers():
        print(f"skipped: {reason}")
        sys.exit(SKIPPED)
    print(f"seed {options.seed}", flush=True)
    server = Server()
    with tempfile.TemporaryDirectory() as folder:
        try:
            run(server, options.kills, options.seed, busybox_tar(Path(folder) / "hello.tar"))
        finally:
            server.close()
    print("nothing lost, nothing twice, nothing left")


if __name__ == "__main__":
    main()
