"""Where things are. ctest says which binary; by hand it is build/slipway."""

import os
import shutil
import sys
from pathlib import Path

SOURCE = Path(__file__).resolve().parents[2]
SLIPWAY = os.path.realpath(os.environ.get("SLIPWAY", SOURCE / "build" / "slipway"))
AWS = str(Path(sys.executable).with_name("aws"))  # the pinned client, beside this interpreter


def missing_for_containers():
    """Why this machine cannot run containers, or None."""
    if os.geteuid() != 0:
        return "needs root: namespaces, mounts and control groups"
    for program in ("crun", "nft"):
        if not shutil.which(program):
            return f"needs {program}"
    if not os.access("/bin/busybox", os.X_OK):
        return "needs /bin/busybox (busybox-static)"
    return None
