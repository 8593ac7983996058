"""A registry on loopback without TLS, serving images out of memory: the pull half of the OCI distribution protocol."""

import re
import threading
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Registry:
    def __init__(self):
        self.images = {}  # (repository, tag) → Layout
        self.asked = Counter()  # path → how often
        registry = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                registry.answer(self)

            do_HEAD = do_GET

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
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

    def answer(self, handler):
        self.asked[handler.path] += 1
        found = self.find(handler.path)
        body, media_type = found or (b'{"errors":[{"code":"MANIFEST_UNKNOWN","message":"manifest unknown"}]}', "application/json")
        handler.send_response(200 if found else 404)
        handler.send_header("Content-Type", media_type)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        if handler.command == "GET":
            handler.wfile.write(body)

    def close(self):
        self.server.shutdown()
        self.server.server_close()
