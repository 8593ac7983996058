"""Who is killed: the server with its agent, the supervisor, both, or a call of the runtime under way."""

import os
import signal
import time
from pathlib import Path

VICTIMS = {"server": 45, "supervisor": 20, "both": 10, "runtime": 25}


def command(pid):
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except OSError:
        return []


def supervisor_of(node_id):
    """Its pid; None while there is none."""
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            words = command(entry)
            if b"supervisor" in words and node_id.encode() in words:
                return int(entry)
    return None


def children(pid):
    found = []
    try:
        for thread in os.listdir(f"/proc/{pid}/task"):
            found += Path(f"/proc/{pid}/task/{thread}/children").read_text().split()
    except OSError:
        pass
    return [int(each) for each in found]


def runtime_calls(server):
    """Calls of crun (the supervisor's), and of nft (the server's), with the helpers that they fork."""
    found = []
    for parent in (supervisor_of(server.node_id), server.process.pid):
        for pid in children(parent) if parent else []:
            words = command(pid)
            if b"--cgroup-manager" in words or words[:1] in ([b"nft"], [b"/usr/sbin/nft"]):
                found.append(pid)
    return found


def kill(pid):
    try:
        os.kill(pid, signal.SIGKILL)
        return True
    except (ProcessLookupError, TypeError):
        return False


def strike(kind, server, chance, patience_s=2.0):
    """Kills; False where nobody of that kind lived. A killed server is left dead."""
    if kind == "runtime":
        deadline = time.monotonic() + patience_s
        while time.monotonic() < deadline:
            if calls := runtime_calls(server):
                time.sleep(chance.random() * 0.004)
                return kill(chance.choice(calls))
        return False
    struck = True
    if kind in ("supervisor", "both"):
        struck = kill(supervisor_of(server.node_id))
    if kind in ("server", "both"):
        server.kill()
    return struck
