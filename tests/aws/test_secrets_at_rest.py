"""What is secret survives a restart, and stands in clear in no file of the data directory, no log and no command line."""

import pytest
from harness.server import Server

MARK = "clear-text-mark-8c1f"


@pytest.fixture
def own_server():
    server = Server("--no-agent", "--log-level", "debug")
    try:
        yield server.start()
    finally:
        server.close()


def write(server):
    key = server.kms.create_key()["KeyMetadata"]["KeyId"]
    for name in ("String", "StringList", "SecureString"):
        server.ssm.put_parameter(Name=f"/rest/{name}", Value=f"{MARK}-{name}", Type=name)
    server.ssm.put_parameter(Name="/rest/own", Value=f"{MARK}-own", Type="SecureString", KeyId=key)
    server.secretsmanager.create_secret(Name="rest/text", SecretString=f"{MARK}-text")
    server.secretsmanager.create_secret(Name="rest/bytes", SecretBinary=f"{MARK}-bytes".encode(), KmsKeyId=key)
    return server.kms.encrypt(KeyId=key, Plaintext=f"{MARK}-kms".encode())["CiphertextBlob"]


def read(server, ciphertext):
    values = [server.ssm.get_parameter(Name=f"/rest/{name}", WithDecryption=True)["Parameter"]["Value"]
              for name in ("String", "StringList", "SecureString", "own")]
    values.append(server.secretsmanager.get_secret_value(SecretId="rest/text")["SecretString"])
    values.append(server.secretsmanager.get_secret_value(SecretId="rest/bytes")["SecretBinary"].decode())
    values.append(server.kms.decrypt(CiphertextBlob=ciphertext)["Plaintext"].decode())
    return [value.removeprefix(MARK + "-") for value in values]


def files_with(server, text):
    files = [path for path in server.data_dir.rglob("*") if path.is_file()] + [server.log]
    return [str(path) for path in files if text.encode() in path.read_bytes()]


def test_a_restart_keeps_values(own_server):
    ciphertext = write(own_server)
    expected = ["String", "StringList", "SecureString", "own", "text", "bytes", "kms"]
    assert read(own_server, ciphertext) == expected
    own_server.kill()
    own_server.start()
    assert read(own_server, ciphertext) == expected


def test_nothing_of_it_lies_in_clear(own_server):
    write(own_server)
    own_server.client("ssm").describe_parameters()
    for call, members in ((own_server.ssm.put_parameter, {"Name": "bad name", "Value": MARK, "Type": "String"}),
                          (own_server.secretsmanager.create_secret, {"Name": "rest/text", "SecretString": MARK})):
        with pytest.raises(Exception) as refusal:
            call(**members)
        assert MARK not in str(refusal.value)
    arguments = open(f"/proc/{own_server.process.pid}/cmdline").read()
    assert MARK not in arguments
    assert files_with(own_server, MARK) == []
    own_server.stop()
    assert files_with(own_server, MARK) == []
    # The search would have found it: names are not secret.
    assert files_with(own_server, "rest/text") != []
    assert (own_server.data_dir / "key").stat().st_mode & 0o777 == 0o600
    dump = own_server.slipway("store", "dump")
    assert "/rest/own" in dump.stdout and MARK not in dump.stdout

