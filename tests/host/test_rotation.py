"""The sessions of a task's role are exchanged before they end, and what is over is refused."""

import json
import time
from datetime import datetime, timezone

import pytest
from botocore.exceptions import ClientError
from harness.paths import missing_for_containers
from harness.sdk import run_python
from harness.server import Server
from harness.tasks import FOREVER, TRUST, run, shell
from harness.waiting import eventually

LIFE_S = 24  # new ones come when a sixth of it is left: after 20 s
CREDENTIALS = "wget -q -O - http://169.254.170.2$AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"

# One client for all the time, as a program has it. Ends when it has used two sessions; a call that fails ends it too.
USE_TWO_SESSIONS = """
import time, boto3
session = boto3.session.Session()
client, keys = session.client("sts"), []
while len(keys) < 2:
    client.get_caller_identity()
    key = session.get_credentials().get_frozen_credentials().access_key
    if key not in keys:
        keys.append(key)
    time.sleep(0.2)
print("calls went on over", len(set(keys)), "sessions")
"""


@pytest.fixture(scope="module")
def brief(image_tar):
    """A server whose tasks' sessions live only so long."""
    if reason := missing_for_containers():
        pytest.skip(reason)
    server = Server("--task-credentials-life", f"{LIFE_S}s")
    try:
        server.start().wait_joined()
        server.import_image(image_tar, "--name", "hello:1")
        yield server
    finally:
        server.close()


def identity(server, found):
    """What a call with these credentials is answered: who it is, or the error's code."""
    try:
        return server.client("sts", (found["AccessKeyId"], found["SecretAccessKey"], found["Token"])).get_caller_identity()["Arn"]
    except ClientError as error:
        return error.response["Error"]["Code"]


def expiry(found):
    return datetime.strptime(found["Expiration"].partition(".")[0].rstrip("Z"), "%Y-%m-%dT%H:%M:%S").replace(tzinfo=timezone.utc).timestamp()


def test_new_credentials_come_before_the_old_ones_end(brief):
    role = brief.iam.create_role(RoleName="worker", AssumeRolePolicyDocument=TRUST)["Role"]["Arn"]
    sdk = run_python(brief, USE_TWO_SESSIONS, definition={"taskRoleArn": role}, mode="awsvpc")
    asking = run(brief, shell(f"trap 'exit 0' TERM; while :; do echo \"$(date +%s) $({CREDENTIALS})\"; sleep 0.5; done"),
                 definition={"taskRoleArn": role})
    other = run(brief, shell(f"echo $AWS_CONTAINER_CREDENTIALS_RELATIVE_URI; {FOREVER}"), definition={"taskRoleArn": role})

    def seen():
        """When each session was first and last given out, in order."""
        sessions = {}
        for line in asking.lines():
            moment, _, text = line.partition(" ")
            found = json.loads(text)
            sessions.setdefault(found["AccessKeyId"], {"first": int(moment), "found": found})["last"] = int(moment)
        return list(sessions.values())

    eventually(lambda: seen(), "the first credentials")
    old = seen()[0]["found"]
    assert identity(brief, old).endswith(f":assumed-role/worker/{asking.id}")
    eventually(lambda: len(seen()) > 1, "new credentials", LIFE_S * 2)
    first, second = seen()[:2]
    assert second["first"] <= expiry(old), "the task was without good credentials"
    assert first["last"] <= second["first"], "the old ones are not given out any more"
    new = second["found"]
    assert all(new[member] != old[member] for member in ("SecretAccessKey", "Token")) and expiry(new) > expiry(old)
    assert identity(brief, new).endswith(f":assumed-role/worker/{asking.id}")
    eventually(lambda: time.time() > expiry(old), "the old ones' end", LIFE_S)
    # Their end is told in whole seconds.
    eventually(lambda: identity(brief, old) == "ExpiredToken", "the old ones to be refused", 2)

    # Another task's id is worth nothing, now as before.
    path = other.wait_line("/v2/credentials/")
    thief = run(brief, shell(f"wget -q -O - http://169.254.170.2{path} 2>/dev/null || echo refused"), definition={"taskRoleArn": role})
    assert thief.output() == ["refused"]

    newest = seen()[-1]["found"]
    assert identity(brief, newest).endswith(f":assumed-role/worker/{asking.id}")
    asking.stop()
    assert identity(brief, newest) == "ExpiredToken", "what was handed out ends with the task"
    assert sdk.output() == ["calls went on over 2 sessions"]
    other.stop()


def test_a_life_that_makes_no_sense_is_refused(tmp_path):
    for life in ("5s", "13h", "soon"):
        server = Server("--task-credentials-life", life, "--no-agent", data_dir=tmp_path / "data")
        with pytest.raises(AssertionError, match="ended with 2"):
            server.start()
        assert "--task-credentials-life" in server.log.read_text()
        server.log.unlink()
