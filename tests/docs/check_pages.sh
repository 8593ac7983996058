#!/bin/bash
# check_pages.sh SLIPWAY SOURCE: the generated pages are up to date, and no link of the docs leads nowhere.
set -euo pipefail
slipway=$1
cd "$2"
"$PWD/.venv/bin/python" tools/compatibility.py "$slipway" | diff -u docs/compatibility.md - ||
  { echo "docs/compatibility.md is old: run make docs"; exit 1; }
tools/configuration.sh "$slipway" | diff -u docs/guide/configuration.md - ||
  { echo "docs/guide/configuration.md is old: run make docs"; exit 1; }
broken=0
for page in README.md CONTRIBUTING.md $(git ls-files 'docs/*.md'); do
  for link in $(grep -oE '\]\([^)#]+' "$page" | cut -c3- | grep -v '^http' || true); do
    [ -e "$(dirname "$page")/$link" ] || { echo "$page: $link leads nowhere"; broken=1; }
  done
done
exit $broken
