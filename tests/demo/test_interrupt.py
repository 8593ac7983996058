"""Ctrl-C in the middle of the demo: it stops what it started."""

import os
import signal
import subprocess

import pytest
from harness.leftovers import force_clean, left_behind
from harness.paths import SLIPWAY, SOURCE, missing_for_containers
from harness.waiting import eventually


def test_interrupted_demo_leaves_nothing(tmp_path):
    if reason := missing_for_containers():
        pytest.skip(reason)
    output = tmp_path / "output"
    with open(output, "wb") as file:
        demo = subprocess.Popen([SOURCE / "tests/demo/demo.sh", SLIPWAY], stdout=file, stderr=file, start_new_session=True,
                                env=os.environ | {"TMPDIR": str(tmp_path)})
    node = data_dir = None
    try:
        eventually(lambda: "aws ecs wait tasks-running" in output.read_text() or demo.poll() is not None, "the demo's first task", 60)
        [data_dir] = tmp_path.glob("slipway-demo-*")
        node = (data_dir / "node-id").read_text().strip()
        os.killpg(demo.pid, signal.SIGINT)
        assert demo.wait(timeout=60) == 130, output.read_text()
        assert left_behind(node, data_dir) == []
        assert not data_dir.exists()
    finally:
        demo.kill()
        if node:
            force_clean(node, data_dir)
