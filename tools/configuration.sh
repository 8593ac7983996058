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
    registries:
      docker.io:
        mirrors: [mirror.corp:5000, registry.corp/hub]
      123456789012.dkr.ecr.us-east-1.amazonaws.com:
        location: localhost:5000/production
      mirror.corp:5000:
        ca-file: /etc/ssl/corp.pem

## Registries

Each name in `registries` is a registry as images name it, or a host that another entry leads to:

| key | meaning |
|---|---|
| `mirrors` | places `HOST[:PORT][/PREFIX]` that are asked first, in order; where none gives the image, the registry itself is asked |
| `location` | the place that stands for the registry, which is then never asked: task definitions that name it run unchanged |
| `plain-http` | this host is spoken to without TLS; loopback hosts are, unless they have a `ca-file` or port 443 |
| `ca-file` | PEM file of authorities that this host's certificate may come from, beside the system's |

A mirror's or location's own transport (`plain-http`, `ca-file`) is that of the entry with its name. The credentials of a
task's `repositoryCredentials` go to the registry that the image names, never to a mirror or location; those that a
registry needs beside them are taken from Docker's configuration (`$DOCKER_CONFIG/config.json` or `~/.docker/config.json` of
the server's user: `auths`, `credsStore`, `credHelpers`).

The first start makes an administrator. `SLIPWAY_ACCESS_KEY_ID` and `SLIPWAY_SECRET_ACCESS_KEY` in the environment choose the
key; they may be given at a later start as well, and then take the place of the old one.
PAGE
