"""Images made from nothing: tools/busybox_image.py, and small changes of what it makes."""

import gzip
import hashlib
import io
import json
import subprocess
import sys
import tarfile

from .paths import SOURCE


def busybox_tar(path, name="hello:1"):
    subprocess.run([sys.executable, SOURCE / "tools" / "busybox_image.py", path, "--name", name], check=True)
    return path


def sha256(data):
    return "sha256:" + hashlib.sha256(data).hexdigest()


def encode(document):
    return json.dumps(document, sort_keys=True).encode()


class Layout:
    """An OCI layout in memory."""

    def __init__(self, tar_path):
        with tarfile.open(tar_path) as tar:
            files = {member.name: tar.extractfile(member).read() for member in tar if member.isfile()}
        self.blobs = {f"sha256:{name.rpartition('/')[2]}": data for name, data in files.items() if "/sha256/" in name}
        self.digest = json.loads(files["index.json"])["manifests"][0]["digest"]

    @property
    def manifest(self):
        return json.loads(self.blobs[self.digest])

    @property
    def config(self):
        return json.loads(self.blobs[self.manifest["config"]["digest"]])

    def layer(self, at=0):
        return self.blobs[self.manifest["layers"][at]["digest"]]

    def put(self, data):
        self.blobs[sha256(data)] = data
        return {"digest": sha256(data), "size": len(data)}

    def replace(self, config=None, manifest=None):
        """Another configuration or manifest in the place of the old one."""
        manifest = manifest or self.manifest
        if config is not None:
            manifest["config"].update(self.put(encode(config)))
        self.digest = self.put(encode(manifest))["digest"]
        return self

    def with_file(self, name, data, mode=0o644):
        """One more layer, which holds one file."""
        out = io.BytesIO()
        with tarfile.open(fileobj=out, mode="w") as tar:
            add(tar, name, data, mode)
        config, manifest = self.config, self.manifest
        config["rootfs"]["diff_ids"].append(sha256(out.getvalue()))
        manifest["layers"].append({"mediaType": "application/vnd.oci.image.layer.v1.tar"} | self.put(out.getvalue()))
        return self.replace(config, manifest)

    def for_architecture(self, architecture):
        return self.replace(config=self.config | {"architecture": architecture})

    def compressed(self):
        """The same layers, as registries hold them: gzip."""
        manifest = self.manifest
        for layer in manifest["layers"]:
            layer.update(self.put(gzip.compress(self.blobs[layer["digest"]], 1, mtime=0)))
            layer["mediaType"] += "+gzip"
        return self.replace(manifest=manifest)

    def save(self, path, name):
        manifest = self.blobs[self.digest]
        entry = {"mediaType": self.manifest["mediaType"], "digest": self.digest, "size": len(manifest),
                 "annotations": {"org.opencontainers.image.ref.name": name}}
        with tarfile.open(path, "w") as tar:
            add(tar, "oci-layout", b'{"imageLayoutVersion":"1.0.0"}')
            add(tar, "index.json", encode({"schemaVersion": 2, "manifests": [entry]}))
            for digest, data in self.blobs.items():
                add(tar, "blobs/sha256/" + digest.removeprefix("sha256:"), data)
        return path

    def save_docker_archive(self, path, *names):
        """As `docker save` writes it."""
        with tarfile.open(path, "w") as tar:
            add(tar, "0123/layer.tar", self.layer())
            add(tar, "config.json", encode(self.config))
            add(tar, "manifest.json", encode([{"Config": "config.json", "RepoTags": list(names), "Layers": ["0123/layer.tar"]}]))
        return path


def add(tar, name, data, mode=0o644):
    info = tarfile.TarInfo(name)
    info.size, info.mode = len(data), mode
    tar.addfile(info, io.BytesIO(data))
