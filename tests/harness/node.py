"""A node's own processes, and the control groups of any."""

import os
from pathlib import Path

V2 = os.path.exists("/sys/fs/cgroup/cgroup.controllers")


def supervisor(server):
    """The pid of the server's supervisor."""
    for entry in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            words = entry.read_bytes().split(b"\0")
        except OSError:
            continue
        if b"supervisor" in words and server.node_id.encode() in words:
            return int(entry.parent.name)
    raise AssertionError("there is no supervisor")


def hierarchy(controller):
    return Path("/sys/fs/cgroup") if V2 else Path("/sys/fs/cgroup") / controller


def group_of(pid, controller):
    """The directory of a process's control group."""
    for line in Path(f"/proc/{pid}/cgroup").read_text().splitlines():
        _, controllers, path = line.split(":", 2)
        if V2 or controller in controllers.split(","):
            return hierarchy(controller) / path.lstrip("/")
    raise AssertionError(f"process {pid} has no group of {controller}")
