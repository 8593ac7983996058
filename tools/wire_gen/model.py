"""API models: found in botocore, checked against their recorded sums, corrected, cut to what is served."""

import gzip
import hashlib
import importlib.util
import json
import pathlib
import sys


def fail(text):
    sys.exit(f"gen_wire.py: {text}")


def data_folder():
    spec = importlib.util.find_spec("botocore")
    if spec is None:
        fail("botocore is not installed in this Python; run `make deps`")
    return pathlib.Path(spec.origin).parent / "data"


def read_model(service):
    versions = sorted((data_folder() / service).glob("*/service-2.json.gz"))
    if not versions:
        fail(f"models/{service}.ops: botocore has no service of that name")
    return gzip.decompress(versions[-1].read_bytes())


def read_operations(path):
    lines = [line.split("#")[0].strip() for line in path.read_text().splitlines()]
    return sorted(set(line for line in lines if line))


def merge(into, patch):
    for key, value in patch.items():
        if value is None:
            into.pop(key, None)
        elif isinstance(value, dict) and isinstance(into.get(key), dict):
            merge(into[key], value)
        else:
            into[key] = value


def load(models, service):
    text = read_model(service)
    recorded = dict(reversed(line.split()) for line in (models / "models.sha256").read_text().splitlines())
    found = hashlib.sha256(text).hexdigest()
    if recorded.get(service) != found:
        fail(f"the model of {service} is not the recorded one ({found[:12]}…): install tools/requirements.txt "
             "(`make deps`), or look at what changed and run `gen_wire.py record`")
    model = json.loads(text)
    overlay = json.loads((models / "overlay.json").read_text()).get(service, {})
    merge(model, overlay.get("model", {}))
    names = read_operations(models / f"{service}.ops")
    for name in names:
        if name not in model["operations"]:
            fail(f"models/{service}.ops: {service} has no operation {name}")
    return model, names, overlay


def uses(shape):
    """The (name, reference) pairs by which a shape uses others."""
    if shape["type"] == "structure":
        return list(shape.get("members", {}).items())
    return [(key, shape[key]) for key in ("member", "key", "value") if key in shape]


def closure(model, names):
    found, waiting = set(), []
    for name in names:
        operation = model["operations"][name]
        for use in (operation.get("input"), operation.get("output"), *operation.get("errors", [])):
            if use:
                waiting.append(use["shape"])
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += [use["shape"] for _, use in uses(model["shapes"][name])]
    return sorted(found)


def is_view(shape):
    return shape["type"] == "structure" and not shape.get("document") and not shape.get("exception")
