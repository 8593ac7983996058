"""Where images come from, and what becomes of bad ones."""

import hashlib
import json
import os
import shutil
import signal
import subprocess
import tarfile

import pytest
from harness.images import Layout, busybox_tar
from harness.paths import SLIPWAY, missing_for_containers
from harness.registry import Registry
from harness.server import PLAIN_ENVIRONMENT, Server
from harness.tasks import FOREVER, Task, register, run, shell, try_run
from harness.waiting import eventually


@pytest.fixture(scope="module")
def registry():
    registry = Registry()
    yield registry
    registry.close()


@pytest.fixture
def layout(image_tar):
    return Layout(image_tar)


def listed(server):
    done = server.slipway("image", "ls")
    assert done.returncode == 0, done.stderr
    return {line.split()[0]: line.split()[1] for line in done.stdout.splitlines()[1:]}


def says(image, **members):
    return shell("echo it runs", image=image, **members)


def failure(server, image):
    task = run(server, says(image))
    stopped = task.stopped(45)
    assert stopped["stopCode"] == "TaskFailedToStart"
    assert stopped["stoppedReason"].startswith("CannotPullContainerError: "), stopped["stoppedReason"]
    assert task.lines() == []
    return stopped["containers"][0]["reason"] + " | " + stopped["stoppedReason"]


def test_docker_archive(server, layout, tmp_path):
    server.import_image(layout.save_docker_archive(tmp_path / "saved.tar", "saved:1", "saved:2"))
    assert {"saved:1", "saved:2"} <= set(listed(server))
    assert run(server, says("saved:2")).output() == ["it runs"]


def test_names_come_and_go(server, layout, tmp_path):
    archive = layout.save(tmp_path / "temporary.tar", "temporary:1")
    server.import_image(archive)
    server.import_image(archive, "--name", "other/name:2")
    assert listed(server)["temporary:1"] == listed(server)["other/name:2"]
    for name in ("temporary:1", "other/name:2"):
        assert server.slipway("image", "rm", name).returncode == 0
    assert not {"temporary:1", "other/name:2"} & set(listed(server))
    gone = server.slipway("image", "rm", "temporary:1")
    assert gone.returncode == 1 and gone.stderr.startswith("slipway: ") and gone.stderr.count("\n") == 1


def test_prune_keeps_what_is_used(server, layout, tmp_path):
    layout.replace(config=layout.config | {"author": "someone else"})
    server.import_image(layout.save(tmp_path / "authored.tar", "authored:1"))
    server.slipway("image", "rm", "authored:1")
    pruned = server.slipway("image", "prune")
    assert pruned.returncode == 0 and pruned.stdout.startswith("freed "), pruned.stderr
    blob = server.data_dir / "images/blobs/sha256" / layout.manifest["config"]["digest"].removeprefix("sha256:")
    assert not blob.exists()
    assert run(server, says("hello:1")).output() == ["it runs"]


@pytest.mark.parametrize("compressed", [False, True])
def test_pull(server, registry, layout, compressed):
    layout.with_file("etc/note", b"compressed" if compressed else b"plain")
    if compressed:
        layout.compressed()
    name = registry.push(f"pulled-{compressed}".lower(), "1", layout)
    task = run(server, says(name))
    assert task.output() == ["it runs"]
    assert task.container()["imageDigest"] == layout.digest


def test_an_image_is_pulled_once_for_many_tasks(server, registry, layout):
    layout.with_file("etc/note", b"pulled once").compressed()
    name = registry.push("once", "1", layout)
    answer = try_run(server, register(server, says(name, memory=16)), count=8)
    tasks = [Task(server, each["taskArn"]) for each in answer["tasks"]]
    assert len(tasks) == 8 and all(task.output() == ["it runs"] for task in tasks)
    blobs = {path: times for path, times in registry.asked.items() if path.startswith("/v2/once/blobs/")}
    assert blobs and set(blobs.values()) == {1}, blobs


def test_by_digest(server, registry, layout):
    registry.push("exact", "1", layout)
    assert run(server, says(f"{registry.host}/exact@{layout.digest}")).output() == ["it runs"]


def test_pull_by_hand(server, registry, layout):
    name = registry.push("byhand", "1", layout)
    done = server.slipway("image", "pull", name)
    assert done.returncode == 0 and layout.digest in done.stdout, done.stderr
    assert name in listed(server)


def test_image_that_is_not_there(server, registry):
    assert "not found" in failure(server, f"{registry.host}/nothing:1")


def test_registry_that_is_not_there(server):
    assert "connection refused" in failure(server, "127.0.0.1:9/nothing:1").lower()


def test_image_for_another_architecture(server, registry, layout, tmp_path):
    other = "arm64" if os.uname().machine == "x86_64" else "amd64"
    name = registry.push("foreign", "1", layout.for_architecture(other))
    assert "platform" in failure(server, name)
    refused = server.slipway("image", "import", layout.save(tmp_path / "foreign.tar", "foreign:1"))
    assert refused.returncode == 1 and "platform" in refused.stderr


def test_blob_that_is_not_what_its_digest_says(server, registry, layout):
    digest = layout.with_file("etc/note", b"as it was").manifest["layers"][1]["digest"]
    layout.blobs[digest] = layout.blobs[digest].replace(b"as it was", b"forged!!!")
    assert "digest" in failure(server, registry.push("forged", "1", layout))


@pytest.mark.parametrize("contents", [b"", b"not a tar", b"\0" * 10240])
def test_import_of_what_is_no_image(server, tmp_path, contents):
    path = tmp_path / "file.tar"
    path.write_bytes(contents)
    refused = server.slipway("image", "import", path, "--name", "x:1")
    assert refused.returncode == 1 and refused.stderr.startswith("slipway: ") and refused.stderr.count("\n") == 1


def test_import_of_a_damaged_layout(server, layout, tmp_path):
    digest = layout.with_file("etc/note", b"x" * 100_000).manifest["layers"][1]["digest"]
    layout.blobs[digest] = layout.blobs[digest][: len(layout.blobs[digest]) // 2]
    refused = server.slipway("image", "import", layout.save(tmp_path / "short.tar", "short:1"))
    assert refused.returncode == 1 and "short:1" not in listed(server)


def test_import_of_what_is_not_there(server):
    refused = server.slipway("image", "import", "/nowhere.tar", "--name", "x:1")
    assert refused.returncode == 1 and "/nowhere.tar" in refused.stderr


# --- Who uses what ---


def ls_json(server):
    return {image["name"]: image for image in json.loads(server.slipway("image", "ls", "--json").stdout)}


def test_an_image_in_use_stays(server, layout, tmp_path):
    layout.with_file("etc/note", b"in use")
    server.import_image(layout.save(tmp_path / "used.tar", "used:1"))
    task = run(server, shell(FOREVER, image="used:1"))
    task.running()
    assert ls_json(server)["used:1"]["usedBy"] == [task.id]
    refused = server.slipway("image", "rm", "used:1")
    assert refused.returncode == 1 and f"image used:1 is in use by task {task.id}" in refused.stderr
    assert server.slipway("image", "prune").returncode == 0
    server.kill()  # whoever comes next knows it too
    server.start().wait_joined()
    assert server.slipway("image", "rm", "used:1").returncode == 1
    task.stop()
    eventually(lambda: server.slipway("image", "rm", "used:1").returncode == 0, "the image to be free")
    assert server.slipway("image", "prune").returncode == 0
    assert not os.listdir(server.data_dir / "images" / "leases")


def test_export_is_what_others_take(server, registry, layout, tmp_path):
    layout.with_file("etc/note", b"exported").compressed()
    name = registry.push("exported", "1", layout)
    assert server.slipway("image", "pull", name).returncode == 0
    path = tmp_path / "exported.tar"
    done = server.slipway("image", "export", name, "--output", path)
    assert done.returncode == 0, done.stderr
    before = ls_json(server)[name]
    assert before["digest"] == layout.digest
    assert server.slipway("image", "rm", name).returncode == 0
    server.slipway("image", "prune")
    server.import_image(path)
    after = ls_json(server)[name]
    assert (after["digest"], after["imageId"]) == (before["digest"], before["imageId"])
    with tarfile.open(path) as tar:
        listed = json.load(tar.extractfile("manifest.json"))[0]
        assert listed["RepoTags"] == [name]
        config = tar.extractfile(listed["Config"]).read()
        assert "sha256:" + hashlib.sha256(config).hexdigest() == after["imageId"]
    missing = server.slipway("image", "export", "nothing:1", "--output", tmp_path / "no.tar")
    assert missing.returncode == 1 and not (tmp_path / "no.tar").exists()
    if not shutil.which("skopeo"):
        pytest.skip("the archive was not shown to skopeo, which is not installed")
    for transport in ("oci-archive", "docker-archive"):
        told = subprocess.run(["skopeo", "inspect", "--config", f"{transport}:{path}"], capture_output=True, text=True)
        assert told.returncode == 0, told.stderr
        assert json.loads(told.stdout)["rootfs"]["diff_ids"] == layout.config["rootfs"]["diff_ids"]
        copied = subprocess.run(["skopeo", "copy", "--insecure-policy", f"{transport}:{path}", f"dir:{tmp_path}/{transport}"],
                                capture_output=True, text=True)
        assert copied.returncode == 0, copied.stderr


# --- Registries ---


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """(chain, key) of a certificate for 127.0.0.1 that nobody knows."""
    path = tmp_path_factory.mktemp("tls")
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=registry",
                    "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", path / "key.pem", "-out", path / "ca.pem"],
                   check=True, capture_output=True)
    return str(path / "ca.pem"), str(path / "key.pem")


def pull_alone(tmp_path, name, config="", docker_config=None, stdin=None, *flags):
    """`slipway image pull` with a data directory and configuration of its own."""
    (tmp_path / "slipway.yaml").write_text(config or "{}")
    environment = PLAIN_ENVIRONMENT | {"HOME": str(tmp_path), "DOCKER_CONFIG": str(docker_config or tmp_path)}
    environment["PATH"] = f"{tmp_path}:{os.environ['PATH']}"
    return subprocess.run([SLIPWAY, "image", "pull", name, "--data-dir", tmp_path / "data", "--config", tmp_path / "slipway.yaml", *flags],
                          capture_output=True, text=True, timeout=60, env=environment, input=stdin)


def test_own_authorities(layout, certificate, tmp_path):
    registry = Registry(certificate)
    try:
        name = registry.push("tls", "1", layout)
        trusted = f"registries: {{'{registry.host}': {{ca-file: {certificate[0]}}}}}"
        pulled = pull_alone(tmp_path, name, trusted)
        assert pulled.returncode == 0, pulled.stderr
        # Without it the host is on loopback and spoken to in the clear; by force of TLS it is not believed.
        other = tmp_path / "other.pem"
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=other",
                        "-keyout", tmp_path / "other.key", "-out", other], check=True, capture_output=True)
        refused = pull_alone(tmp_path, name, f"registries: {{'{registry.host}': {{ca-file: {other}}}}}")
        assert refused.returncode == 1 and "certificate" in refused.stderr
        assert pull_alone(tmp_path, name, f"registries: {{'{registry.host}': {{ca-file: /nowhere.pem}}}}").returncode != 0
    finally:
        registry.close()


@pytest.mark.parametrize("bearer", [False, True])
def test_credentials(layout, tmp_path, bearer):
    registry = Registry(login=("ann", "s3cret-word"), bearer=bearer)
    try:
        name = registry.push("private", "1", layout)
        refused = pull_alone(tmp_path, name)
        assert refused.returncode == 1 and "pull access denied" in refused.stderr
        assert pull_alone(tmp_path, name, "", None, "wrong\n", "--username", "ann", "--password-stdin").returncode == 1
        helper = tmp_path / "docker-credential-test"
        helper.write_text('#!/bin/sh\nread host\necho "{\\"Username\\": \\"ann\\", \\"Secret\\": \\"s3cret-word\\"}"\n')
        helper.chmod(0o755)
        (tmp_path / "config.json").write_text(json.dumps({"credHelpers": {registry.host: "test"}}))
        by_helper = pull_alone(tmp_path, name)
        assert by_helper.returncode == 0, by_helper.stderr
        by_hand = pull_alone(tmp_path, name, "", "/nowhere", "s3cret-word\n", "--username", "ann", "--password-stdin")
        assert by_hand.returncode == 0, by_hand.stderr
        written = subprocess.run(["grep", "-rl", "s3cret-word", tmp_path / "data"], capture_output=True, text=True)
        assert written.stdout == ""
        assert "s3cret-word" not in refused.stderr + by_helper.stderr + by_helper.stdout
    finally:
        registry.close()


def test_names_of_production(layout, registry, tmp_path):
    registry.push("prefix/app", "1", layout)
    registry.push("hub/library/app", "1", layout)
    config = f"""
registries:
  123456789012.dkr.ecr.us-east-1.amazonaws.com:
    location: {registry.host}/prefix
  docker.io:
    mirrors: ["127.0.0.1:9", "{registry.host}/hub"]
"""
    for name in ("123456789012.dkr.ecr.us-east-1.amazonaws.com/app:1", "app:1"):
        pulled = pull_alone(tmp_path, name, config)
        assert pulled.returncode == 0 and layout.digest in pulled.stdout, pulled.stderr
    wrong = pull_alone(tmp_path, "app:1", "registries: {docker.io: {mirrors: ['https://x']}}")
    assert wrong.returncode != 0 and "docker.io" in wrong.stderr and wrong.stderr.count("\n") == 1


def test_a_killed_pull_goes_on(server, layout, tmp_path):
    layout.with_file("data", os.urandom(4_000_000))
    registry = Registry()
    try:
        name = registry.push("large", "1", layout)
        registry.stall_after = 3_000_000
        pulling = subprocess.Popen([SLIPWAY, "image", "pull", name, "--data-dir", server.data_dir],
                                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        partial = server.data_dir / "images" / "partial"
        eventually(lambda: any(file.stat().st_size >= 1_000_000 for file in partial.iterdir()), "a part to be on disk")
        pulling.send_signal(signal.SIGKILL)
        pulling.wait()
        kept = max(file.stat().st_size for file in partial.iterdir())
        registry.stall_after = None
        assert server.slipway("image", "prune").returncode == 0
        assert run(server, says(name)).output() == ["it runs"]
        assert registry.ranges == [f"bytes={kept}-"]
        assert not list(partial.iterdir())
    finally:
        registry.close()


# --- Settings of a node ---


def test_a_second_task_needs_no_network(layout, image_tar):
    if reason := missing_for_containers():
        pytest.skip(reason)
    layout.with_file("etc/note", b"behaviors")
    started = {}
    for behavior in ("once", "prefer-cached", "default", "always"):
        registry, server = Registry(), Server("--image-pull-behavior", behavior)
        try:
            server.start().wait_joined()
            name = registry.push("app", "1", layout)
            assert run(server, says(name)).output() == ["it runs"]
            asked = sum(registry.asked.values())
            if behavior in ("once", "prefer-cached"):
                assert run(server, says(name)).output() == ["it runs"]
                assert sum(registry.asked.values()) == asked
            registry.close()
            task = run(server, says(name))
            started[behavior] = task.stopped(60)["stopCode"] != "TaskFailedToStart"
        finally:
            registry.close()
            server.close()
    assert started == {"once": True, "prefer-cached": True, "default": True, "always": False}


def test_layers_as_erofs(layout, tmp_path):
    if reason := missing_for_containers():
        pytest.skip(reason)
    if not shutil.which("mkfs.erofs"):
        pytest.skip("needs mkfs.erofs (erofs-utils)")
    registry, server = Registry(), Server("--image-layers", "erofs")
    try:
        server.start().wait_joined()
        if "layers of images are directories" in server.log.read_text():
            pytest.skip("this host cannot mount erofs")
        layout.with_file("etc/note", b"from a file system in a file\n").compressed()
        name = registry.push("erofs", "1", layout)
        tasks = [run(server, shell("cat /etc/note; " + FOREVER, image=name)) for _ in range(2)]
        for task in tasks:
            task.wait_line("from a file system in a file")
        layers = os.listdir(server.data_dir / "images" / "layers")
        assert {layer.rpartition(".")[2] for layer in layers} == {"erofs", "json"}, layers
        server.kill()
        server.start().wait_joined()
        tasks.append(run(server, shell("cat /etc/note; " + FOREVER, image=name)))
        tasks[-1].wait_line("from a file system in a file")
        for task in tasks:
            task.stop()
        # Directories go on being taken, in the same store.
        server.import_image(busybox_tar(tmp_path / "hello.tar"))
        assert run(server, says("hello:1")).output() == ["it runs"]
    finally:
        registry.close()
        server.close()


def test_images_that_nobody_uses_go(layout, registry, image_tar):
    if reason := missing_for_containers():
        pytest.skip(reason)
    server = Server("--image-cleanup-interval", "1s", "--image-cleanup-age", "3s")
    try:
        server.start().wait_joined()
        name = registry.push("unused", "1", layout)
        task = run(server, shell(FOREVER, image=name))
        task.running()
        used = registry.push("once-used", "1", Layout(image_tar).with_file("etc/note", b"another"))
        assert run(server, says(used)).output() == ["it runs"]
        eventually(lambda: used not in listed(server), "the unused image to go", timeout_s=15)
        assert name in listed(server)
        task.stop()
        eventually(lambda: name not in listed(server), "the other to go", timeout_s=15)
        eventually(lambda: not [each for each in os.listdir(server.data_dir / "images" / "layers")], "its layers to go")
    finally:
        server.close()


def test_a_production_definition_runs_here(layout, registry, tmp_path):
    if reason := missing_for_containers():
        pytest.skip(reason)
    registry.push("production/app", "1", layout)
    ecr = "123456789012.dkr.ecr.us-east-1.amazonaws.com"
    (tmp_path / "slipway.yaml").write_text(f"registries: {{{ecr}: {{location: '{registry.host}/production'}}}}\n")
    (tmp_path / "definition.json").write_text(json.dumps({"family": "app", "containerDefinitions": [
        {"name": "main", "image": f"{ecr}/app:1", "memory": 32, "command": ["/bin/echo", "it runs"]}]}))
    done = subprocess.run([SLIPWAY, "run", tmp_path / "definition.json", "--config", tmp_path / "slipway.yaml", "--data-dir", tmp_path / "data"],
                          capture_output=True, text=True, timeout=60, env=PLAIN_ENVIRONMENT)
    assert (done.returncode, done.stdout) == (0, "it runs\n"), done.stderr
