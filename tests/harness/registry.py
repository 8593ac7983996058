"""A registry on loopback, serving images out of memory: the pull half of the OCI distribution protocol, as
well-behaved as a test wants it."""

import base64
import re
import socket
import ssl
import threading
import time
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Registry:
    def __init__(self, certificate=None, login=None, bearer=False):
        """certificate: (chain, key) to serve TLS with; login: (user, password) that is asked for, for a token
        if `bearer`."""
        self.images = {}  # (repository, tag) → Layout
        self.asked = Counter()  # path → how often
        self.ranges = []  # what Range headers said
        self.authorizations = set()
        self.login, self.bearer = login, bearer
        self.closed = False
        self.stall_after = None  # blobs larger than this stop there, and wait until it is None again
        registry = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                registry.answer(self)

            do_HEAD = do_GET

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(*certificate)
            self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def host(self):
        return f"127.0.0.1:{self.server.server_port}"

    def push(self, repository, tag, layout):
        self.images[repository, tag] = layout
        return f"{self.host}/{repository}:{tag}"

    def find(self, path):
        """(body, media type) of a path, or None."""
        if path == "/v2/":
            return b"{}", "application/json"
        found = re.fullmatch(r"/v2/(.+)/(manifests|blobs)/([^/]+)", path)
        if not found:
            return None
        repository, kind, reference = found.groups()
        for (held, tag), layout in self.images.items():
            if held != repository:
                continue
            if kind == "manifests" and reference in (tag, layout.digest):
                return layout.blobs[layout.digest], layout.manifest["mediaType"]
            if kind == "blobs" and reference in layout.blobs:
                return layout.blobs[reference], "application/octet-stream"
        return None

    def refused(self, handler):
        """Asks for a login where one is needed, and gives tokens to who has it."""
        if not self.login:
            return False
        said = handler.headers.get("Authorization")
        self.authorizations.add(said)
        basic = "Basic " + base64.b64encode(":".join(self.login).encode()).decode()
        if handler.path.startswith("/token"):
            self.send(handler, 200 if said == basic else 401, b'{"token": "sesame", "expires_in": 300}')
            return True
        if said == ("Bearer sesame" if self.bearer else basic):
            return False
        scheme = f'Bearer realm="http://{self.host}/token",service="test"' if self.bearer else 'Basic realm="test"'
        self.send(handler, 401, b'{"errors":[{"code":"UNAUTHORIZED","message":"authentication required"}]}',
                  {"WWW-Authenticate": scheme})
        return True

    def answer(self, handler):
        if self.closed:  # on a connection that was kept open
            handler.close_connection = True
            return
        self.asked[handler.path] += 1
        if self.refused(handler):
            return
        found = self.find(handler.path)
        if not found:
            self.send(handler, 404, b'{"errors":[{"code":"MANIFEST_UNKNOWN","message":"manifest unknown"}]}')
            return
        body, media_type = found
        wanted = handler.headers.get("Range")
        if wanted:
            self.ranges.append(wanted)
            start = int(wanted.removeprefix("bytes=").rstrip("-"))
            self.send(handler, 206, memoryview(body)[start:],
                      {"Content-Type": media_type, "Content-Range": f"bytes {start}-{len(body) - 1}/{len(body)}"})
        else:
            self.send(handler, 200, body, {"Content-Type": media_type})

    def send(self, handler, status, body, headers=()):
        handler.send_response(status)
        for name, value in ({"Content-Type": "application/json"} | dict(headers)).items():
            handler.send_header(name, value)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        if handler.command != "GET":
            return
        try:
            stall = self.stall_after
            if stall is not None and len(body) > stall and "/blobs/" in handler.path:
                handler.wfile.write(body[:stall])
                while self.stall_after is not None:
                    time.sleep(0.02)
                handler.connection.shutdown(socket.SHUT_RDWR)
                return
            handler.wfile.write(body)
        except OSError:
            handler.close_connection = True  # whoever asked is gone

    def close(self):
        self.closed = True
        self.stall_after = None
        self.server.shutdown()
        self.server.server_close()
