#!/bin/bash
# tests/bench/bench.sh build/slipway
#
# Figures, with crun, podman and docker beside them in the same run where they are installed. Prints one JSON line
# for each measurement and, at the end, one Markdown table: medians over the rounds, and their spread. A figure is no
# verdict: this fails only when something does not work.
#
#   BENCH_ROUNDS=3 BENCH_SECONDS=5 BENCH_LAUNCHES=17 (a round) BENCH_DIR=/var/tmp (a disk, not a tmpfs)
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
slipway=$(realpath "$1")
tools=$(dirname "$slipway")/tests/bench
rounds=${BENCH_ROUNDS:-3} seconds=${BENCH_SECONDS:-5} launches=${BENCH_LAUNCHES:-17}
work=$(mktemp -d "${BENCH_DIR:-/var/tmp}/slipway-bench.XXXXXX")
lines=$work/lines.json
image=localhost/slipway-bench:1
script="trap 'exit 0' TERM; sleep 86400 & wait; exit 1 # slipway-bench"
server=

say() { echo "# $*" >&2; }
note() { tee -a "$lines"; }

list_tasks() { "$tools/bench_call" --operation ListTasks 2>/dev/null | jq -r '.taskArns[]'; }

# With its tasks: containers outlive a server.
stop_server() {
  [ -n "$server" ] || return 0
  for _ in $(seq 100); do
    local tasks
    tasks=$(list_tasks) || break
    [ -n "$tasks" ] || break
    for task in $tasks; do "$tools/bench_call" --operation StopTask --body "{\"task\":\"$task\"}" >/dev/null || true; done
    sleep 0.2
  done
  kill -TERM "$server" 2>/dev/null || true
  wait "$server" 2>/dev/null || true
  server=
}

clean_up() {
  for id in $(crun list -q 2>/dev/null | grep '^slipway-bench-'); do crun delete --force "$id" || true; done
  for engine in podman docker; do
    command -v $engine >/dev/null || continue
    for id in $($engine ps -aq --filter name=slipway-bench- 2>/dev/null); do $engine rm -f "$id" >/dev/null || true; done
    $engine rmi -f $image >/dev/null 2>&1 || true
  done
  stop_server
  rm -rf "$work"
}
trap clean_up EXIT
trap 'exit 130' INT TERM

# Others may use this machine: wait until it has been 90 % idle for a moment, but not for ever.
await_quiet() {
  local busy total before_busy before_total
  for _ in $(seq 10); do
    read -r before_busy before_total < <(awk '/^cpu /{print $2+$3+$4+$7+$8+$9, $2+$3+$4+$5+$6+$7+$8+$9}' /proc/stat)
    sleep 1.5
    read -r busy total < <(awk '/^cpu /{print $2+$3+$4+$7+$8+$9, $2+$3+$4+$5+$6+$7+$8+$9}' /proc/stat)
    [ $(((busy - before_busy) * 10)) -le $((total - before_total)) ] && return 0
  done
  say "the machine does not become quiet: figures hold for what is left of it"
}

free_port() {
  "$here/../../.venv/bin/python" -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

# start_server DATA_DIR: on $AWS_ENDPOINT_URL; returns once this host's agent has joined.
start_server() {
  # In a session of its own: Ctrl-C is for us, who then stop it in order.
  setsid "$slipway" server --data-dir "$1" --listen "${AWS_ENDPOINT_URL#http://}" 2>>"$work/server.log" >&2 &
  server=$!
  for _ in $(seq 200); do
    "$tools/bench_call" --operation ListContainerInstances --expect container-instance/ >/dev/null 2>&1 && return 0
    sleep 0.05
  done
  tail -n 20 "$work/server.log" >&2
  say "no agent joins"
  return 1
}

memory() { # PROCESS NAME
  awk -v name="$2" '/^Rss/{rss=$2} /^Pss:/{pss=$2}
    END{printf "{\"bench\":\"memory\",\"process\":\"%s\",\"rss_mib\":%.1f,\"pss_mib\":%.1f}\n", name, rss/1024, pss/1024}' \
    "/proc/$1/smaps_rollup" | note
}

supervisor_of() { pgrep -f "supervisor --node [0-9a-f]* --node-dir $1/" | head -n 1; }

load() { "$tools/bench_load" --seconds "$seconds" --server-pid "$server" "$@" | note; }

# crun 1.8 refuses a hybrid hierarchy whose cgroup2 mount offers a controller; out of its sight, it works.
where_crun_works() {
  unshare --mount --propagation private sh -c '! mountpoint -q /sys/fs/cgroup/unified || umount /sys/fs/cgroup/unified; exec "$@"' sh "$@"
}

pss_kib() { awk '/^Pss:/{print $2}' "/proc/$1/smaps_rollup"; }

now_ms() { echo $((${EPOCHREALTIME/[^0-9]/} / 1000)); }

# count_tasks STATUS: of $tasks.
count_tasks() {
  echo "$tasks" | xargs -n 100 | while read -r some; do
    "$tools/bench_call" --operation DescribeTasks --body "$(jq -nc --arg some "$some" '{tasks: ($some | split(" "))}')"
  done | jq -r '.tasks[].lastStatus' | grep -c "^$1$" || true
}

wait_tasks() { # STATUS
  for _ in $(seq 600); do
    [ "$(count_tasks "$1")" = "$(echo "$tasks" | wc -l)" ] && return 0
    sleep 0.1
  done
  say "the tasks do not become $1"
  return 1
}

# many COUNT: what a running task costs in memory, and how soon a new server knows all of them again.
many() {
  local idle_server idle_supervisor begin
  "$tools/bench_call" --operation RegisterTaskDefinition --body "$(jq -nc --arg script "$script" '{family: "many",
    containerDefinitions: [{name: "main", image: "slipway-bench:1", memory: 16, command: ["/bin/sh", "-c", $script]}]}')" >/dev/null
  idle_server=$(pss_kib "$server") idle_supervisor=$(pss_kib "$(supervisor_of "$data")")
  tasks=$(for _ in $(seq $(($1 / 10))); do
    "$tools/bench_call" --operation RunTask --body '{"taskDefinition":"many","count":10}' | jq -r '.tasks[].taskArn'
  done)
  wait_tasks RUNNING
  jq -nc --argjson tasks "$1" --argjson server $(($(pss_kib "$server") - idle_server)) \
    --argjson supervisor $(($(pss_kib "$(supervisor_of "$data")") - idle_supervisor)) \
    '{bench: "per-task", tasks: $tasks, server_kib: ($server / $tasks), supervisor_kib: ($supervisor / $tasks)}' | note
  kill -KILL "$server"
  wait "$server" 2>/dev/null || true
  : >"$work/server.log"
  begin=$(now_ms)
  start_server "$data"
  until grep -q "recovered tasks.*count=$1" "$work/server.log" && "$tools/bench_call" --operation ListContainerInstances \
    --expect container-instance/ >/dev/null 2>&1; do sleep 0.005; done
  jq -nc --argjson tasks "$1" --argjson ms $(($(now_ms) - begin)) '{bench: "known-again", tasks: $tasks, ms: $ms}' | note
  [ "$(count_tasks RUNNING)" = "$1" ] || { say "tasks were lost"; return 1; }
  for task in $tasks; do "$tools/bench_call" --operation StopTask --body "{\"task\":\"$task\"}" >/dev/null; done
  wait_tasks STOPPED
}

make_bundle() {
  mkdir -p "$work/bundle/rootfs"
  tar -xf "$work/image.tar" -C "$work" blobs
  for blob in "$work"/blobs/sha256/*; do
    if tar -tf "$blob" >/dev/null 2>&1; then tar -xf "$blob" -C "$work/bundle/rootfs"; fi
  done
  mkdir -p "$work"/bundle/rootfs/{proc,sys,dev}
  (cd "$work/bundle" && crun spec && mv config.json spec.json &&
    jq --arg script "$script" '.process.terminal = false | .process.args = ["/bin/sh", "-c", $script]' spec.json >config.json)
}

load_into() { # ENGINE
  tar -C "$work/bundle/rootfs" -c . | "$1" import - $image >/dev/null
}

# --- Once ---

AWS_ENDPOINT_URL=http://127.0.0.1:$(free_port)
export AWS_ENDPOINT_URL AWS_REGION=us-east-1 AWS_ACCESS_KEY_ID=AKIABENCHBENCHBENCH0 AWS_SECRET_ACCESS_KEY=benchbenchbenchbenchbenchbenchbenchbench
export SLIPWAY_ACCESS_KEY_ID=$AWS_ACCESS_KEY_ID SLIPWAY_SECRET_ACCESS_KEY=$AWS_SECRET_ACCESS_KEY
data=$work/data

say "image and bundle"
"$here/../../.venv/bin/python" "$here/../../tools/busybox_image.py" "$work/image.tar" --name slipway-bench:1
make_bundle
peers=(--crun "$work/bundle")
for engine in podman docker; do
  if ! command -v $engine >/dev/null; then
    say "skipped: $engine is not installed"
  elif ! timeout 30 $engine info >/dev/null 2>&1; then
    say "skipped: $engine is installed, but its engine does not answer"
  else
    load_into $engine && peers+=(--$engine $image)
  fi
done

say "cold start"
for _ in $(seq "$rounds"); do
  await_quiet
  for kind in fresh existing; do
    "$tools/bench_startup" --kind $kind --count 5 -- "$slipway" server --data-dir "$work/cold" \
      --listen "${AWS_ENDPOINT_URL#http://}" | note
  done
done

say "idle memory"
start_server "$data"
sleep 10
memory "$server" server
memory "$(supervisor_of "$data")" supervisor

"$slipway" image import "$work/image.tar" --name slipway-bench:1 --data-dir "$data" >/dev/null
definition=$(jq -nc --arg script "$script" '{family: "bench", networkMode: "awsvpc", requiresCompatibilities: ["FARGATE"],
  cpu: "256", memory: "512", containerDefinitions: [{name: "main", image: "slipway-bench:1", essential: true,
  command: ["/bin/sh", "-c", $script]}]}')
"$tools/bench_call" --operation RegisterTaskDefinition --body "$definition" >/dev/null
subnet=$("$tools/bench_call" --service ec2 --operation DescribeSubnets | grep -o 'subnet-[0-9a-f]*' | head -n 1)

say "200 tasks at a time"
await_quiet
many 200

# --- Rounds ---

for round in $(seq "$rounds"); do
  say "round $round of $rounds: launches"
  await_quiet
  where_crun_works "$tools/bench_launch" --count "$launches" --task-definition bench --subnet "$subnet" "${peers[@]}" | note

  say "round $round of $rounds: calls"
  task=$("$tools/bench_call" --operation RunTask --body "$(jq -nc --arg subnet "$subnet" '{taskDefinition: "bench",
    launchType: "FARGATE", networkConfiguration: {awsvpcConfiguration: {subnets: [$subnet]}}}')" |
    jq -r '.tasks[0].taskArn')
  for _ in $(seq 100); do
    "$tools/bench_call" --operation DescribeTasks --body "{\"tasks\":[\"$task\"]}" --expect '"startedAt"' >/dev/null 2>&1 && break
    sleep 0.05
  done
  await_quiet
  for connections in 1 32; do
    load --name DescribeTasks --operation DescribeTasks --body "{\"tasks\":[\"$task\"]}" --connections $connections \
      --expect '"lastStatus":"RUNNING"' --least-bytes 1000
  done
  for connections in 1 64; do
    load --name RegisterTaskDefinition --operation RegisterTaskDefinition --connections $connections \
      --body "${definition/\"bench\"/\"load-%c\"}" --expect '"status":"ACTIVE"' --least-bytes 300
  done
  load --name healthz --operation /healthz --connections 32 --expect ok
  "$tools/bench_disk" --file "$work/disk" | note
  "$tools/bench_policy" | note
  "$tools/bench_call" --operation StopTask --body "{\"task\":\"$task\"}" >/dev/null
  sleep 1
done

say "pulls"
await_quiet
"$here/../../.venv/bin/python" "$here/pull.py" "$slipway" --rounds "$rounds" --dir "$work" | note

say "start with what the rounds have registered"
memory "$server" "server with what was registered"
stop_server
"$tools/bench_startup" --kind loaded --count 3 -- "$slipway" server --data-dir "$data" \
  --listen "${AWS_ENDPOINT_URL#http://}" | note

echo
echo "$(git -C "$here" rev-parse --short HEAD 2>/dev/null || echo 'unknown commit'), $(nproc) cores of $(sed -n 's/^model name.*: //p' /proc/cpuinfo | head -n 1), Linux $(uname -r), rounds: $rounds. Load generator and server share the cores."
echo
jq -rs -f "$here/table.jq" "$lines"
