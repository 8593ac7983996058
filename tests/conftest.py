import os
import signal
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
sys.dont_write_bytecode = True

from harness.images import busybox_tar  # noqa: E402
from harness.paths import missing_for_containers  # noqa: E402
from harness.server import Server  # noqa: E402


TEST_TIMEOUT_S = 90


@pytest.fixture(autouse=True)
def time_limit():
    """A test that hangs fails, and what it started is still cleaned up."""

    def give_up(*_):
        raise TimeoutError(f"not done within {TEST_TIMEOUT_S} s")

    signal.signal(signal.SIGALRM, give_up)
    signal.alarm(TEST_TIMEOUT_S)
    yield
    signal.alarm(0)


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
