"""What must have become of each task, given what was killed while it lived."""

import re

from harness.tasks import Task
from load import SHORT_LINES

# The first words of whatever keeps a container from starting: ECS's.
CANNOT = re.compile(r"(Cannot(Start|Create|Pull)ContainerError|ResourceInitializationError|ContainerRuntimeError): \S")
LOST_STATUS = "ContainerRuntimeError: the exit status was lost with the supervisor"
TASK_REASONS = {"EssentialContainerExited": "Essential container in task exited", "UserInitiated": "stopped by the test"}
MARGIN_S = 3.0  # clocks of the two are one; this is for the way of a report


class Deaths:
    """When whom was killed."""

    def __init__(self):
        self.all = []

    def add(self, kind, at):
        self.all.append((at, kind))

    def between(self, since, until, *kinds):
        return [(at, kind) for at, kind in self.all if since - MARGIN_S <= at <= until + MARGIN_S and kind in kinds]

    def nobody_lived(self, since, until):
        """Neither a supervisor nor a server, for a moment: what a container then said last, nobody has heard."""
        supervisors, servers = (self.between(since, until, kind, "both") for kind in ("supervisor", "server"))
        return any(abs(one - other) < 1.0 for one, _ in supervisors for other, _ in servers)


def judge(server, job, deaths):
    """What is wrong with it, in words."""
    task = Task(server, job.arn)
    described = job.task = task.describe()
    if described["lastStatus"] != "STOPPED":
        return [f"{described['lastStatus']} at the end"]
    wrong = []
    until = described["stoppedAt"].timestamp()
    told = f"{described.get('stopCode')}: {described.get('stoppedReason')}"
    hurt = deaths.between(job.asked_at, until, "supervisor", "both", "runtime")
    code, reason = described.get("stopCode"), described.get("stoppedReason", "")
    if code == "TaskFailedToStart":
        if not hurt:
            wrong.append(f"it failed though nothing of its own was killed: {told}")
        if not CANNOT.match(reason):
            wrong.append(f"not the words of ECS: {told}")
    elif TASK_REASONS.get(code) != reason:
        wrong.append(f"not the words of ECS: {told}")
    if code == "UserInitiated" and not job.stop_asked:
        wrong.append("stopped, and nobody asked for it")
    for container in described["containers"]:
        wrong += judge_container(job, described, container, task.lines(container["name"]), hurt, deaths)
    return wrong


def judge_container(job, described, container, lines, hurt, deaths):
    short = job.life == "short" or container["name"] == "side"
    code, reason, began = container.get("exitCode"), container.get("reason", ""), "began" in lines
    what = f"{container['name']}: exit code {code}, reason {reason!r}, {len(lines)} lines"
    wrong = []
    if lines.count("began") > 1:
        wrong.append(f"{what}: it ran {lines.count('began')} times")
    numbers = [line for line in lines if line.startswith("line ")]
    if len(set(numbers)) != len(numbers):
        wrong.append(f"{what}: a line was told twice")
    if numbers != [f"line {i}" for i in range(len(numbers))] and lines:
        wrong.append(f"{what}: lines are lost or out of order: {lines[:20]}")
    if reason == LOST_STATUS:
        if not deaths.between(job.asked_at, described["stoppedAt"].timestamp(), "supervisor", "both"):
            wrong.append(f"{what}: though the supervisor lived")
        return wrong
    if code is None:
        if began:
            wrong.append(f"{what}: it ran, and its exit code is not told")
        if not described.get("stopCode") == "UserInitiated" and not hurt:
            wrong.append(f"{what}: it never ran, though nothing of its own was killed: {described.get('stoppedReason')}")
        return wrong
    if reason and not CANNOT.match(reason):
        wrong.append(f"{what}: not the words of ECS")
    # A signal that comes before the trap is set finds no handler: the first process then dies of SIGKILL alone.
    allowed = ({7} if short else {9}) if began else {137, 143, 7 if short else 9}
    if short and described.get("stopCode") != "EssentialContainerExited":
        allowed |= {137, 143}
    if code not in allowed and not (code == 137 and hurt):
        wrong.append(f"{what}: not one of {sorted(allowed)}")
    if deaths.nobody_lived(job.asked_at, described["stoppedAt"].timestamp()):
        return wrong
    if code == 7 and (not began or len(numbers) != SHORT_LINES):
        wrong.append(f"{what}: lines are lost: {lines}")
    if code == 9 and (not began or lines[-1] != "end"):
        wrong.append(f"{what}: its last line is lost: {lines[-3:]}")
    return wrong
