"""Fetches tests/unit/protocols of the pinned botocore's source distribution: fetch_fixtures.py PINS FOLDER.

Does nothing when they are there. Where they cannot be had (no network), says why in FOLDER/unavailable
and succeeds: the tests that need them are then skipped with that reason.
"""

import pathlib
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile

pins, folder = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
pin = re.search(r"^botocore==\S+", pins.read_text(), re.M)[0]
done = folder / "version"
if done.exists() and done.read_text() == pin:
    sys.exit(0)

shutil.rmtree(folder, ignore_errors=True)
folder.mkdir(parents=True)
with tempfile.TemporaryDirectory() as work:
    command = [sys.executable, "-m", "pip", "download", "--no-deps", "--no-binary", ":all:", pin, "-d", work]
    run = subprocess.run(command, capture_output=True, text=True)
    archives = list(pathlib.Path(work).glob("*.tar.gz"))
    if run.returncode != 0 or not archives:
        why = (run.stderr.strip().splitlines() or ["no archive"])[-1]
        (folder / "unavailable").write_text(f"the source distribution of {pin} could not be fetched: {why}")
        print(why)
        sys.exit(0)
    with tarfile.open(archives[0]) as archive:
        for entry in archive:
            parts = pathlib.PurePosixPath(entry.name).parts
            if entry.isfile() and parts[1:4] == ("tests", "unit", "protocols") and parts[4] in ("input", "output"):
                target = folder / parts[4] / parts[5]
                target.parent.mkdir(exist_ok=True)
                target.write_bytes(archive.extractfile(entry).read())
done.write_text(pin)
