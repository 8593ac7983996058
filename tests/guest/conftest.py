import pytest


@pytest.fixture(autouse=True)
def time_limit():
    """The guest has limits of its own: emulated, it is ten times slower than this machine."""
    yield
