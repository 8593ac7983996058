import time


def eventually(holds, what, timeout_s=20.0, pause_s=0.03):
    """Asks until the answer is true, and gives it; names what was waited for where it never is."""
    deadline = time.monotonic() + timeout_s
    while True:
        answer = holds()
        if answer:
            return answer
        assert time.monotonic() < deadline, f"waited {timeout_s:g} s for {what}"
        time.sleep(pause_s)
