"""What must hold on a kernel of Debian's with control groups of version 2 alone, seen in a guest that this test boots."""

import os
import re
from pathlib import Path

import pytest

from . import machine
from .image import Image, Unavailable

# What is run in one life of the guest: a kernel whose version 2 has had groups does not give their controllers back.
BOOTS = [["doctor", "runtime", "run", "limits"], ["version1"]]
GUEST_S = 300


@pytest.fixture(scope="module")
def console():
    if reason := machine.missing():
        pytest.skip(reason)
    place = Path(os.environ.get("GUEST_PLACE", Path(__file__).parents[2] / "build/guest"))
    runtime_test = Path(os.environ.get("RUNTIME_TEST", place.parent / "release/src/runtime/slipway_runtime_test"))
    try:
        image = Image(place, runtime_test).make()
    except Unavailable as why:
        pytest.skip(f"the guest cannot be made: {why}")
    accelerator = machine.accelerator(image)
    text = ""
    for checks in BOOTS:
        with machine.Guest(image, accelerator, f"checks={','.join(checks)}") as guest:
            guest.wait("reboot: Power down", GUEST_S)
            text += guest.text()
    print(f"accelerator {accelerator}")
    return text


@pytest.mark.parametrize("check", [check for checks in BOOTS for check in checks])
def test_guest(console, check):
    found = re.search(rf"== {check}: begins\n(.*?)(?:== {check}: exit (\d+) after (\d+) s|\Z)", console, re.S)
    assert found, f"never begun:\n{console[-2000:]}"
    said = "\n".join(line for line in found.group(1).splitlines() if not re.match(r"\[ +(RUN|OK) ", line))
    print(f"{check}: {found.group(3)} s\n{said}")
    assert found.group(2) == "0", said[-6000:]
