#!/bin/bash
# Writes docs/guide/configuration.md from the settings' own table.
set -euo pipefail
cat <<'PAGE'
# Configuration

Every setting of `slipway server` is a flag, and a key of one YAML file:

    slipway server --config /etc/slipway.yaml

A flag wins over the file. A key that does not exist is refused with its line. `make docs` makes this page from the table
that `--help` prints.

PAGE
"$1" settings
cat <<'PAGE'

An example:

    data-dir: /srv/slipway
    listen: 0.0.0.0:4566
    region: eu-central-1
    insecure-registries:
      - registry.local:5000

The first start makes an administrator. `SLIPWAY_ACCESS_KEY_ID` and `SLIPWAY_SECRET_ACCESS_KEY` in the environment choose the
key; they may be given at a later start as well, and then take the place of the old one.
PAGE
