"""Requests that no client would send, signed as clients sign."""

import datetime
import http.client
import json
import re
from unittest import mock
from urllib.parse import urlencode, urlsplit

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

VERSIONS = {"iam": "2010-05-08", "sts": "2011-06-15", "ec2": "2016-11-15"}
TARGETS = {"ecs": "AmazonEC2ContainerServiceV20141113.", "logs": "Logs_20140328.", "kms": "TrentService.", "ssm": "AmazonSSM.",
           "secretsmanager": "secretsmanager."}


class Answer:
    def __init__(self, response):
        self.status, self.headers, self.body = response.status, response.headers, response.read()
        assert self.status < 500, self

    @property
    def text(self):
        return self.body.decode()

    @property
    def code(self):
        """The error's code, as each protocol tells it."""
        if self.text.startswith("{"):
            return json.loads(self.body)["__type"].rpartition("#")[2]
        found = re.search("<Code>(.*?)</Code>", self.text)
        return found and found[1]

    @property
    def refusal(self):
        return self.code, self.status

    def __repr__(self):
        return f"{self.status} {self.text[:500]}"


class Connection:
    """One TCP connection. It never reconnects by itself: a test sees when the server hangs up."""

    def __init__(self, server):
        self.key = server.variables["AWS_ACCESS_KEY_ID"], server.variables["AWS_SECRET_ACCESS_KEY"]
        self.host = urlsplit(server.endpoint).netloc
        self.http = http.client.HTTPConnection(self.host, timeout=20)
        self.http.connect()
        self.http.auto_open = 0

    def send(self, method="POST", path="/", body=b"", headers=()):
        self.http.request(method, path, body, dict(headers))
        return Answer(self.http.getresponse())

    def signed(self, service, headers, body=b"", method="POST", path="/", scope=None, key=None, shift_s=0, spoil=lambda headers: None):
        """shift_s moves the clock of the signature; spoil() changes headers after it is made."""
        request = AWSRequest(method, f"http://{self.host}{path}", dict(headers), body.encode() if isinstance(body, str) else body)
        moment = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=shift_s)
        with mock.patch("botocore.auth.get_current_datetime", lambda *_, **__: moment):
            SigV4Auth(Credentials(*(key or self.key)), scope or service, "us-east-1").add_auth(request)
        spoil(request.headers)
        return self.send(method, path, request.data, request.headers.items())

    def json(self, operation, body="{}", **how):
        """operation: "ecs RunTask"; the body as text, right or wrong."""
        service, _, name = operation.partition(" ")
        return self.signed(service, {"X-Amz-Target": TARGETS[service] + name, "Content-Type": "application/x-amz-json-1.1"}, body, **how)

    def query(self, operation, parameters=(), body=None, **how):
        service, _, name = operation.partition(" ")
        form = {"Action": name, "Version": VERSIONS[service]} | dict(parameters)
        return self.signed(service, {"Content-Type": "application/x-www-form-urlencoded; charset=utf-8"},
                           urlencode(form) if body is None else body, **how)

    def call(self, operation, **how):
        return (self.json if operation.split()[0] in TARGETS else self.query)(operation, **how)
