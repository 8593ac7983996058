#!/bin/sh
# Puts the source distribution of botocore, which carries AWS's SigV4 test suite and protocol tests, under
# DIRECTORY/botocore-VERSION. Does nothing if it is there. Tests call it: they use the files and never copy them.
#
#   tools/fetch_botocore_fixtures.sh DIRECTORY
set -eu

version=1.43.11
directory=${1:?usage: fetch_botocore_fixtures.sh DIRECTORY}
target=$directory/botocore-$version
[ -d "$target" ] && exit 0

mkdir -p "$directory"
exec 9>"$directory/.lock"
flock 9 # tests run at once; the first one fetches
[ -d "$target" ] && exit 0

python=$(dirname "$0")/../.venv/bin/python
[ -x "$python" ] || python=python3
work=$(mktemp -d "$directory/.fetch.XXXXXX")
trap 'rm -rf "$work"' EXIT
"$python" -m pip download --quiet --disable-pip-version-check --no-deps --no-binary :all: \
  --dest "$work" "botocore==$version"
tar -xzf "$work/botocore-$version.tar.gz" -C "$work" "botocore-$version/tests" "botocore-$version/LICENSE.txt"
mv "$work/botocore-$version" "$target"
