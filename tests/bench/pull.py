#!/usr/bin/env python3
"""pull.py build/slipway [--rounds 3] [--megabytes 200] [--dir /var/tmp]

Pulls one image from a registry on loopback, again and again into nothing: slipway (layers as directories, and as
erofs files where mkfs.erofs is), podman (pull and unpack, as slipway) and skopeo (pull only) where they are installed.
One JSON line for each pull: MB of unpacked layers a second, and the CPU seconds of the puller with its children.
"""

import argparse
import gzip
import io
import json
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
sys.dont_write_bytecode = True

from harness.images import encode, sha256  # noqa: E402
from harness.registry import Registry  # noqa: E402

LAYERS = 4


class Image:
    """What harness.registry serves: files of this host, as an image's layers would hold them."""

    def __init__(self, megabytes):
        self.blobs, self.bytes, diff_ids, layers = {}, 0, [], []
        files = self.files("/usr")
        for _ in range(LAYERS):
            tar = self.layer(files, megabytes * 1_000_000 // LAYERS)
            self.bytes += len(tar)
            diff_ids.append(sha256(tar))
            layers.append({"mediaType": "application/vnd.oci.image.layer.v1.tar+gzip"} | self.put(gzip.compress(tar, 6, mtime=0)))
        machine = {"x86_64": "amd64", "aarch64": "arm64"}.get(os.uname().machine, os.uname().machine)
        config = {"architecture": machine, "os": "linux", "config": {"Cmd": ["true"]},
                  "rootfs": {"type": "layers", "diff_ids": diff_ids}}
        self.manifest = {"schemaVersion": 2, "mediaType": "application/vnd.oci.image.manifest.v1+json", "layers": layers,
                         "config": {"mediaType": "application/vnd.oci.image.config.v1+json"} | self.put(encode(config))}
        self.digest = self.put(encode(self.manifest))["digest"]

    def put(self, data):
        self.blobs[sha256(data)] = data
        return {"digest": sha256(data), "size": len(data)}

    @staticmethod
    def files(root):
        for folder, names, files in os.walk(root):
            names.sort()
            for name in sorted(files):
                path = os.path.join(folder, name)
                if os.path.isfile(path) and not os.path.islink(path) and os.path.getsize(path) < 20_000_000:
                    yield path

    @staticmethod
    def layer(files, size):
        out = io.BytesIO()
        with tarfile.open(fileobj=out, mode="w") as tar:
            while out.tell() < size and (path := next(files, None)):
                tar.add(path, recursive=False)
        return out.getvalue()


def measured(puller, image, command, environment=None):
    usage, begin = os.times(), time.monotonic()
    done = subprocess.run(command, capture_output=True, text=True, env=os.environ | (environment or {}))
    seconds, after = time.monotonic() - begin, os.times()
    if done.returncode != 0:
        raise SystemExit(f"{' '.join(map(str, command))}: {done.stderr}")
    cpu = after.children_user + after.children_system - usage.children_user - usage.children_system
    print(json.dumps({"bench": "pull", "puller": puller, "mb": round(image.bytes / 1e6, 1), "seconds": round(seconds, 3),
                      "mb_per_s": round(image.bytes / 1e6 / seconds, 1), "cpu_s": round(cpu, 2)}), flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("slipway")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--megabytes", type=int, default=200)
    parser.add_argument("--dir", default="/var/tmp")
    options = parser.parse_args()
    image, registry = Image(options.megabytes), Registry()
    name = registry.push("bench", "1", image)
    forms = ["directory"] + (["erofs"] if shutil.which("mkfs.erofs") else [])
    try:
        for _ in range(options.rounds):
            for puller in [*forms, "podman", "skopeo"]:
                with tempfile.TemporaryDirectory(prefix="slipway-pull.", dir=options.dir) as place:
                    os.sync()
                    if puller in forms:
                        measured(f"slipway, layers as {puller}", image,
                                 [options.slipway, "image", "pull", name, "--data-dir", place, "--image-layers", puller])
                    elif not shutil.which(puller):
                        print(f"# skipped: {puller} is not installed", file=sys.stderr)
                    elif puller == "podman":
                        with tempfile.TemporaryDirectory(prefix="podman.", dir="/run") as run:  # it takes 50 characters at most
                            where = ["podman", "--root", f"{place}/root", "--runroot", run, "--storage-driver", "overlay"]
                            measured("podman", image, [*where, "pull", "--quiet", "--tls-verify=false", name])
                            subprocess.run([*where, "system", "reset", "--force"], capture_output=True)
                    else:
                        measured("skopeo, pull only", image, ["skopeo", "copy", "--quiet", "--insecure-policy", "--src-tls-verify=false",
                                                              f"docker://{name}", f"oci:{place}/layout:1"])
    finally:
        registry.close()


if __name__ == "__main__":
    main()
