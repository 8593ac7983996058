"""Who is let in: unsigned, wrongly signed, late and unknown callers, in each protocol's words."""

import pytest

OPERATIONS = {"ecs": "ecs ListClusters", "logs": "logs DescribeLogGroups", "iam": "iam ListUsers",
              "sts": "sts GetCallerIdentity", "ec2": "ec2 DescribeVpcs"}
JSON, QUERY = ("ecs", "logs"), ("iam", "sts")


def in_every_protocol(json, query, ec2):
    return [*((service, json) for service in JSON), *((service, query) for service in QUERY), ("ec2", ec2)]


def drop(name):
    def spoil(headers):
        del headers[name]

    return spoil


def put(name, value):
    def spoil(headers):
        del headers[name]
        headers[name] = value

    return spoil


def change(name, old, new):
    def spoil(headers):
        value = headers[name]
        assert old in value
        del headers[name]
        headers[name] = value.replace(old, new)

    return spoil


@pytest.mark.parametrize("service, expected", in_every_protocol(
    ("MissingAuthenticationTokenException", 400), ("MissingAuthenticationToken", 403), ("MissingAuthenticationToken", 403)))
def test_unsigned(connection, service, expected):
    assert connection.call(OPERATIONS[service], spoil=drop("Authorization")).refusal == expected


@pytest.mark.parametrize("service, expected", in_every_protocol(
    ("UnrecognizedClientException", 400), ("InvalidClientTokenId", 403), ("AuthFailure", 401)))
def test_an_unknown_key(connection, service, expected):
    assert connection.call(OPERATIONS[service], key=("AKIAIOSFODNN7EXAMPLE", connection.key[1])).refusal == expected


WRONG = in_every_protocol(("InvalidSignatureException", 400), ("SignatureDoesNotMatch", 403), ("AuthFailure", 401))


@pytest.mark.parametrize("service, expected", WRONG)
def test_a_wrong_secret(connection, service, expected):
    answer = connection.call(OPERATIONS[service], key=(connection.key[0], "x" + connection.key[1][1:]))
    assert answer.refusal == expected
    assert connection.key[1] not in answer.text


@pytest.mark.parametrize("service, expected", WRONG)
def test_another_region_than_was_signed(connection, service, expected):
    assert connection.call(OPERATIONS[service], spoil=change("Authorization", "us-east-1", "eu-west-1")).refusal == expected


def test_the_target_is_signed(connection):
    answer = connection.json("ecs ListClusters", spoil=change("X-Amz-Target", "ListClusters", "DeleteCluster"))
    assert answer.refusal == ("InvalidSignatureException", 400)


def test_the_body_is_signed(connection):
    signed = {}
    connection.query("sts GetSessionToken", spoil=lambda headers: signed.update(headers.items()))
    body = "Action=GetCallerIdentity&Version=2011-06-15"
    assert connection.send(body=body, headers=signed).refusal == ("SignatureDoesNotMatch", 403)


@pytest.mark.parametrize("service, expected", in_every_protocol(
    ("InvalidSignatureException", 400), ("SignatureDoesNotMatch", 403), ("RequestExpired", 400)))
@pytest.mark.parametrize("shift_s, words", [(-16 * 60, "Signature expired: "), (-86_400 * 400, "Signature expired: "),
                                            (16 * 60, "Signature not yet current: ")])
def test_another_time(connection, service, expected, shift_s, words):
    answer = connection.call(OPERATIONS[service], shift_s=shift_s)
    if service == "ec2" and shift_s > 0:
        assert answer.status in (400, 401) and answer.code in ("RequestExpired", "AuthFailure")
    else:
        assert answer.refusal == expected
    assert service == "ec2" or words in answer.text


@pytest.mark.parametrize("service", OPERATIONS)
@pytest.mark.parametrize("shift_s", [-14 * 60, 14 * 60])
def test_a_little_another_time(connection, service, shift_s):
    assert connection.call(OPERATIONS[service], shift_s=shift_s).status == 200


@pytest.mark.parametrize("text", [
    "AWS4-HMAC-SHA256", "AWS4-HMAC-SHA256 Credential=x", "AWS4-HMAC-SHA256 Credential=a/b/c/d/e, SignedHeaders=host, Signature=0",
    "AWS4-HMAC-SHA256 " + "x" * 9_000, "Basic dXNlcjpwYXNz", "Bearer abc", "", "AWS4-HMAC-SHA256 " + "=,/" * 500])
@pytest.mark.parametrize("service", OPERATIONS)
def test_a_garbled_authorization(connection, service, text):
    answer = connection.call(OPERATIONS[service], spoil=put("Authorization", text))
    assert answer.status in (400, 401, 403)
    assert answer.code is None or answer.code.startswith(("IncompleteSignature", "MissingAuthenticationToken", "InvalidSignature",
                                                          "SignatureDoesNotMatch", "AuthFailure", "UnrecognizedClient")), answer


def test_a_garbled_date(connection):
    for text in ("yesterday", "20260230T000000Z", "2026-11-22T00:00:00Z", ""):
        answer = connection.json("ecs ListClusters", spoil=put("X-Amz-Date", text))
        assert answer.status == 400 and answer.code.endswith("Exception"), answer
