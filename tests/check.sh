#!/bin/bash
# What does not fit in every test run: sanitizers, fuzzers, many seeds, many kills. `make check` calls it before a
# release. It stops at the first failure and says in which step; at the end it says how long each took.
#
#   CHECK_SEEDS=5000 CHECK_KILLS=500 CHECK_FUZZ_SECONDS=60 CHECK_STEPS="asan tsan seeds kills chaos fuzz" tests/check.sh
#
# A run of the fuzzers starts from tests/fuzz/corpus and writes nothing there: an input that breaks something is left
# in build/fuzz/found, to be copied to the corpus with its fix.
set -euo pipefail
cd "$(dirname "$0")/.."
seeds=${CHECK_SEEDS:-5000} kills=${CHECK_KILLS:-500} fuzz_seconds=${CHECK_FUZZ_SECONDS:-60}
steps=${CHECK_STEPS:-asan tsan seeds kills chaos fuzz}

# Tests that a sanitizer cannot have, as ctest names them, and why.
skip_reason() {  # preset test
  case "$1 $2" in
    *" aws" | *" demo"* | *" host_"* | *" kill" | *" chaos" | *" docs"*)
      echo "starts servers and containers of its own, whose memory limits leave no room for shadow memory" ;;
  esac
}

step=start
declare -a summary
trap 'printf "\ncheck FAILED in: %s\n" "$step" >&2' ERR

run() {  # name, command…
  step=$1
  shift
  printf '\n== %s\n' "$step"
  local began=$SECONDS
  "$@"
  summary+=("$(printf '%6d s  %s' $((SECONDS - began)) "$step")")
}

sanitized_tests() {  # preset
  cmake --preset "$1" >/dev/null
  ninja -C "build/$1"
  local test reason excluded=''
  for test in $(ctest --test-dir "build/$1" -N | sed -n 's/^ *Test *#[0-9]*: //p'); do
    reason=$(skip_reason "$1" "$test")
    [ -n "$reason" ] || continue
    printf 'skipped: %s: %s\n' "$test" "$reason"
    excluded+="|$test"
  done
  UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1 \
    ctest --test-dir "build/$1" --output-on-failure --timeout 900 -E "^(${excluded#|})\$"
}

simulated_seeds() {
  cmake --preset release >/dev/null
  ninja -C build/release slipway_simulator
  build/release/sim/slipway_simulator --seeds 1 "$seeds"
}

killed_servers() {
  cmake --preset release >/dev/null
  ninja -C build/release slipway
  .venv/bin/python tests/kill/kill_test.py build/release/slipway --kills "$kills"
}

killed_hosts() {
  cmake --preset release >/dev/null
  ninja -C build/release slipway
  SLIPWAY=build/release/slipway .venv/bin/python -B tests/chaos/chaos_test.py --kills "$kills"
}

built_fuzzers() {
  cmake --preset asan -B build/fuzz -DSLIPWAY_FUZZ=ON -DSLIPWAY_SANITIZE=address,undefined,fuzzer-no-link >/dev/null
  ninja -C build/fuzz fuzzers
}

# Inputs that are new lie beside the found ones, where a target that gives up its rights can write as well.
fuzzed() {  # target
  local work=$PWD/build/fuzz/found/$1  # whole, because a target may change its directory
  mkdir -p "$work/corpus"
  cp tests/fuzz/corpus/"$1"/* "$work/corpus/"
  chmod -R a+rwX build/fuzz/found
  UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1 \
    "build/fuzz/tests/fuzz/fuzz_$1" -max_total_time="$fuzz_seconds" -max_len=8192 -timeout=10 -rss_limit_mb=2048 \
    -verbosity=0 -print_final_stats=1 -artifact_prefix="$work/" "$work/corpus"
}

for wanted in $steps; do
  case $wanted in
    asan | tsan) run "unit tests under $wanted" sanitized_tests "$wanted" ;;
    seeds) run "the simulator, $seeds seeds" simulated_seeds ;;
    kills) run "a server killed $kills times" killed_servers ;;
    chaos) run "server, supervisor and runtime killed $kills times" killed_hosts ;;
    fuzz)
      run 'fuzzers built' built_fuzzers
      for corpus in tests/fuzz/corpus/*; do
        run "fuzzer $(basename "$corpus"), $fuzz_seconds s" fuzzed "$(basename "$corpus")"
      done
      ;;
    *) step="CHECK_STEPS=$wanted"; false ;;
  esac
done

printf '\neverything held:\n'
printf '%s\n' "${summary[@]}"
