"""What a node has on the host: it must be nothing once its tasks and its server have stopped.

Every name that a node makes carries its id, so several tests may count at the same time. The whole host is
counted as well, by the one test that ctest runs alone.
"""

import json
import os
import re
import shutil
import signal
import subprocess
import time
from collections import Counter
from pathlib import Path

CGROUPS = Path("/sys/fs/cgroup")
NODE_GROUP = re.compile(r"slipway-[0-9a-f]{8}")
NODE_NAME = re.compile(r"slipway[-_]([0-9a-f]{8})")


def read(path):
    try:
        return Path(path).read_text(errors="replace")
    except OSError:
        return ""


def processes():
    """(pid, its command and control groups) of every process that lives."""
    for entry in os.listdir("/proc"):
        if not entry.isdigit():
            continue
        state = read(f"/proc/{entry}/stat").rpartition(")")[2].split()
        if not state or state[0] in "ZX":
            continue
        command = read(f"/proc/{entry}/cmdline").replace("\0", " ").strip()
        if command:  # a kernel thread has none
            yield int(entry), command, read(f"/proc/{entry}/cgroup")


def cgroups():
    return [folder for folder, _, _ in os.walk(CGROUPS) if "slipway-" in folder]


def json_of(*command):
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return json.loads(done.stdout or "[]")


def mounts_and_namespaces():
    """Mounts in every mount namespace, and namespaces with what holds them."""
    mounts, namespaces, seen = set(), {}, set()
    for pid, command, groups in processes():
        for kind in ("net", "mnt", "pid", "ipc", "uts", "cgroup", "user"):
            try:
                name = os.readlink(f"/proc/{pid}/ns/{kind}")
            except OSError:
                continue
            namespaces.setdefault(name, " ".join(sorted(set(NODE_GROUP.findall(groups)))))
            if kind == "mnt" and name not in seen:
                seen.add(name)
                for line in read(f"/proc/{pid}/mountinfo").splitlines():
                    root, point = line.split()[3:5]
                    mounts.add(f"{point} ({root} in {name})")
                    if root.startswith("net:["):
                        namespaces.setdefault(root, point)
    return mounts, namespaces


def host_state():
    """Everything on this host that a node could leave, as (kind, name) pairs."""
    mounts, namespaces = mounts_and_namespaces()
    state = {("mount", mount) for mount in mounts}
    state |= {("namespace", f"{name} {holder}") for name, holder in namespaces.items()}
    state |= {("process", f"{pid} {command[:100]} {groups.split()}") for pid, command, groups in processes()}
    state |= {("cgroup", folder) for folder in cgroups()}
    state |= {("link", link["ifname"]) for link in json_of("ip", "-j", "link")}
    state |= {("route", f"{route['dst']} dev {route.get('dev')}") for route in json_of("ip", "-j", "route", "show", "table", "all")}
    tables = json_of("nft", "-j", "list", "tables")["nftables"]
    state |= {("nft table", entry["table"]["name"]) for entry in tables if "table" in entry}
    state |= {("run file", name) for name in os.listdir("/run") if name != "slipway-network.lock"}
    return state


def left_behind(node_id, data_dir):
    """What carries the node's id or lies in its data directory, in words; empty when all is gone."""
    marks = (node_id, str(data_dir) + "/")
    found = [f"{kind}: {name}" for kind, name in sorted(host_state()) if any(mark in name for mark in marks)]
    for folder in ("node/containers", "agent/tasks", "agent/volumes", "agent/logs"):
        path = Path(data_dir) / folder
        if path.is_dir():
            found += [f"file: {path / name}" for name in sorted(os.listdir(path))]
    return found


def inside_namespaces(node_id):
    """Links, nftables elements and rules in each network namespace of the node, as (kind, where) pairs."""
    for name in sorted(os.listdir(f"/run/slipway-{node_id}/netns")):
        path = f"/run/slipway-{node_id}/netns/{name}"
        if not name.startswith("shm-") and os.path.ismount(path):
            enter = ("nsenter", f"--net={path}")
            yield from (("link", f"in {name}") for _ in json_of(*enter, "ip", "-j", "link"))
            for entry in json_of(*enter, "nft", "-j", "list", "ruleset")["nftables"]:
                kind, body = next(iter(entry.items()))
                yield from ((f"nft {kind}", f"in {name}") for _ in body.get("elem", [kind]))


def node_state(server):
    """How many of each thing a living node has: what its tasks had is no longer in it once they are over."""
    mark, state = server.node_id, Counter()
    for kind, name in host_state():
        if mark in name and not name.startswith("fe80:"):  # a route of the kernel's, a second after its link
            # Pids, numbers of namespaces and the ends of links' names are others each time.
            named = kind, re.sub(rf"^\d+ |\d{{6,}}|(?<=s{mark})\w+", "", name)
            # Whoever makes a mount namespace meanwhile, another test too, has a copy of each mount.
            state[named] = 1 if kind == "mount" else state[named] + 1
    state.update(inside_namespaces(mark))
    for root in (f"/run/slipway-{mark}", server.data_dir / "node", server.data_dir / "agent"):
        state.update(("file", os.path.join(folder, name)) for folder, _, names in os.walk(root) for name in names)
    return state


def foreign(name, node_id):
    """Does the name belong to another node than this one?"""
    return any(other != node_id for other in NODE_NAME.findall(name) + re.findall(r"^s([0-9a-f]{8})\w{3}$", name))


def force_clean(node_id, data_dir):
    """After a failed test: ends and removes whatever the node has, in the order that works."""
    group = f"slipway-{node_id}"
    for _ in range(20):
        alive = [pid for pid, command, groups in processes() if group in groups or f"--node {node_id} " in command]
        for pid in alive:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
        if not alive:
            break
        time.sleep(0.05)
    points = [line.split()[4] for line in read("/proc/self/mountinfo").splitlines()]
    for point in reversed(points):
        if group in point or point.startswith(str(data_dir) + "/"):
            subprocess.run(["umount", "-l", point], capture_output=True, check=False)
    for folder in sorted(cgroups(), reverse=True):
        if group in folder:
            try:
                os.rmdir(folder)
            except OSError:
                pass
    for link in json_of("ip", "-j", "link"):
        if link["ifname"].startswith("s" + node_id):
            subprocess.run(["ip", "link", "del", link["ifname"]], capture_output=True, check=False)
    subprocess.run(["nft", "delete", "table", "ip", f"slipway_{node_id}"], capture_output=True, check=False)
    shutil.rmtree(f"/run/{group}", ignore_errors=True)
