#!/bin/bash
# What does not fit in every test run: sanitizers, fuzzers, many seeds, many kills. `make check` calls it before a
# release; it stops at the first failure.
#
#   CHECK_SEEDS=5000 CHECK_KILLS=500 CHECK_FUZZ_SECONDS=60 tests/check.sh
set -euo pipefail
cd "$(dirname "$0")/.."
seeds=${CHECK_SEEDS:-5000} kills=${CHECK_KILLS:-500} fuzz_seconds=${CHECK_FUZZ_SECONDS:-60}
say() { printf '\n== %s\n' "$*"; }

for preset in asan tsan; do
  say "unit tests under $preset"
  cmake --preset "$preset" >/dev/null
  ninja -C "build/$preset"
  # What starts servers, containers and clients of its own runs in the release build: a sanitizer's shadow memory and
  # a container's memory limit do not go together.
  ctest --test-dir "build/$preset" --output-on-failure -E '^(aws|demo|demo_.*|docs|host_.*|kill)$'
done

say "the simulator, $seeds seeds"
cmake --preset release >/dev/null
ninja -C build/release
build/release/sim/slipway_simulator --seeds 1 "$seeds"

say "a server killed $kills times"
.venv/bin/python tests/kill/kill_test.py build/release/slipway --kills "$kills"

if [ -f tests/fuzz/CMakeLists.txt ]; then
  say "fuzzers, $fuzz_seconds s each"
  cmake --preset release -B build/fuzz -DCMAKE_BUILD_TYPE=Debug -DSLIPWAY_FUZZ=ON \
    -DSLIPWAY_SANITIZE=address,undefined,fuzzer-no-link >/dev/null
  ninja -C build/fuzz
  for target in build/fuzz/tests/fuzz/fuzz_*; do
    [ -x "$target" ] && [ -f "$target" ] || continue
    corpus=tests/fuzz/corpus/$(basename "$target" | sed 's/^fuzz_//')
    found=$(mktemp -d)
    say "$(basename "$target")"
    "$target" -max_total_time="$fuzz_seconds" -print_final_stats=1 "$found" "$corpus"
    rm -rf "$found"
  done
fi
say "everything held"
