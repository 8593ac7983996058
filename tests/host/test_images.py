"""Where images come from, and what becomes of bad ones."""

import os

import pytest
from harness.images import Layout
from harness.registry import Registry
from harness.tasks import Task, register, run, shell, try_run


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
