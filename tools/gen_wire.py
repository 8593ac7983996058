#!/usr/bin/env python3
"""Emits shape tables and typed views from the API models of the pinned botocore.

  gen_wire.py service ecs --models models --out DIR     DIR/ecs.hpp and DIR/ecs.cpp
  gen_wire.py index --models models --out DIR           DIR/services.cpp
  gen_wire.py record --models models                    rewrites models/models.sha256

Only the closure of the operations listed in models/<service>.ops is emitted. models/overlay.json
corrects the models. A model whose SHA-256 differs from models/models.sha256 stops the build: after a
new pin, look at what changed, then `record`.
"""

import argparse
import hashlib
import pathlib

from wire_gen.model import load, read_model
from wire_gen.tables import index, source
from wire_gen.views import header


def write(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists() or path.read_text() != text:
        path.write_text(text)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("mode", choices=["service", "index", "record"])
    parser.add_argument("service", nargs="?")
    parser.add_argument("--models", type=pathlib.Path, required=True)
    parser.add_argument("--out", type=pathlib.Path)
    arguments = parser.parse_args()
    services = sorted(path.stem for path in arguments.models.glob("*.ops"))
    if arguments.mode == "record":
        lines = [f"{hashlib.sha256(read_model(name)).hexdigest()}  {name}" for name in services]
        (arguments.models / "models.sha256").write_text("\n".join(lines) + "\n")
    elif arguments.mode == "index":
        write(arguments.out / "services.cpp", index(services))
    else:
        model, names, overlay = load(arguments.models, arguments.service)
        write(arguments.out / f"{arguments.service}.hpp", header(arguments.service, model, names))
        write(arguments.out / f"{arguments.service}.cpp", source(arguments.service, model, names, overlay))


main()
