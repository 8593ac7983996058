"""The stock command line, told where to go by `slipway env` alone."""

import base64
import json
import time

import pytest
from harness.paths import SOURCE


@pytest.fixture
def aws(control_plane):
    def call(*arguments):
        done = control_plane.run_aws(*arguments)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout) if done.stdout.strip() else None

    return call


def test_who_i_am(aws):
    assert aws("sts", "get-caller-identity")["Arn"] == "arn:aws:iam::000000000000:user/admin"


def test_a_task_definition_from_a_file(aws):
    path = SOURCE / "examples" / "hello" / "task-definition.json"
    wanted = json.loads(path.read_text())
    made = aws("ecs", "register-task-definition", "--cli-input-json", f"file://{path}")["taskDefinition"]
    assert (made["family"], made["revision"]) == (wanted["family"], 1)
    assert aws("ecs", "list-task-definitions")["taskDefinitionArns"] == [made["taskDefinitionArn"]]
    told = aws("ecs", "describe-task-definition", "--task-definition", wanted["family"])["taskDefinition"]
    assert told == made


def test_logs(aws):
    aws("logs", "create-log-group", "--log-group-name", "/cli")
    aws("logs", "create-log-stream", "--log-group-name", "/cli", "--log-stream-name", "one")
    events = json.dumps([{"timestamp": int(time.time() * 1000), "message": "grüße, 世界"}])
    aws("logs", "put-log-events", "--log-group-name", "/cli", "--log-stream-name", "one", "--log-events", events)
    told = aws("logs", "get-log-events", "--log-group-name", "/cli", "--log-stream-name", "one")
    assert [event["message"] for event in told["events"]] == ["grüße, 世界"]


def test_a_user(aws):
    assert aws("iam", "create-user", "--user-name", "cleo")["User"]["UserName"] == "cleo"


def test_vpcs(aws):
    assert [vpc["IsDefault"] for vpc in aws("ec2", "describe-vpcs")["Vpcs"]] == [True]


def test_secrets(aws, tmp_path):
    aws("ssm", "put-parameter", "--name", "/cli/a", "--type", "SecureString", "--value", "s3cret")
    told = aws("ssm", "get-parameter", "--name", "/cli/a", "--with-decryption")["Parameter"]
    assert (told["Value"], told["Version"]) == ("s3cret", 1)
    arn = aws("secretsmanager", "create-secret", "--name", "cli/a", "--secret-string", '{"user":"u"}')["ARN"]
    assert aws("secretsmanager", "get-secret-value", "--secret-id", arn)["SecretString"] == '{"user":"u"}'
    key = aws("kms", "create-key")["KeyMetadata"]["KeyId"]
    sealed = aws("kms", "encrypt", "--key-id", key, "--plaintext", "hello")["CiphertextBlob"]
    (tmp_path / "sealed").write_bytes(base64.b64decode(sealed))
    opened = aws("kms", "decrypt", "--ciphertext-blob", f"fileb://{tmp_path / 'sealed'}")
    assert (base64.b64decode(opened["Plaintext"]), opened["KeyId"].rpartition("/")[2]) == (b"hello", key)


def test_a_refusal(control_plane):
    done = control_plane.run_aws("ecs", "describe-task-definition", "--task-definition", "nothing")
    assert done.returncode in (254, 255)
    assert "An error occurred (ClientException) when calling the DescribeTaskDefinition operation" in done.stderr
