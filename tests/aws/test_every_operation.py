"""Whatever `slipway operations` lists was called through boto3, and answered, by one of the tests beside this one."""

from pathlib import Path

import pytest
from harness.paths import missing_for_containers
from harness.server import slipway

# An agent is updated with its host's installation: test_ecs.py looks at what is said then.
ALWAYS_REFUSED = {"ecs UpdateContainerAgent"}


def test_every_operation_was_exercised(request, recorded):
    here = Path(__file__).parent
    collected = {item.path for item in request.session.items}
    if not set(here.glob("test_*.py")) <= collected or request.config.getoption("keyword"):
        pytest.skip("counts only where every test of this folder runs")
    if reason := missing_for_containers():
        pytest.skip(reason)
    listed = slipway("operations").stdout.splitlines()
    assert len(listed) > 50
    assert [name for name in listed if not recorded[name] and name not in ALWAYS_REFUSED] == []
