import os
import sys
import time
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
sys.dont_write_bytecode = True

from harness.images import busybox_tar  # noqa: E402
from harness.leftovers import json_of  # noqa: E402
from harness.paths import missing_for_containers  # noqa: E402
from harness.server import Server  # noqa: E402


@pytest.fixture(scope="session")
def image_tar(tmp_path_factory):
    return busybox_tar(tmp_path_factory.mktemp("image") / "hello.tar")


@pytest.fixture(scope="module")
def server(image_tar):
    """A server with this host as its node, and the image hello:1. At the end nothing may be left behind."""
    if reason := missing_for_containers():
        pytest.skip(reason)
    server = Server()
    try:
        server.start().wait_joined()
        server.import_image(image_tar, "--name", "hello:1")
        yield server
    finally:
        server.close()


@pytest.fixture
def vpc_reached(server):
    """The host reaches a VPC only where no other route of its own lies in the way: that of another node with
    the same default VPC, or the machine's own network."""

    def in_the_way():
        routes = [route for route in json_of("ip", "-j", "route") if route["dst"].startswith("172.31.")]
        return [route for route in routes if not route["dev"].startswith("s" + server.node_id)]

    for _ in range(100):
        if not in_the_way():
            return
        time.sleep(0.1)
    pytest.skip(f"this host has another route to 172.31.0.0/16: {in_the_way()}")


@pytest.fixture(scope="module")
def control_plane():
    """A server that runs no tasks."""
    server = Server("--no-agent")
    try:
        yield server.start()
    finally:
        server.close()


@pytest.fixture(autouse=True, scope="session")
def plain_environment():
    """No client finds the machine's own configuration."""
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        del os.environ[name]
    os.environ |= {"AWS_CONFIG_FILE": "/dev/null", "AWS_SHARED_CREDENTIALS_FILE": "/dev/null", "AWS_EC2_METADATA_DISABLED": "true"}
