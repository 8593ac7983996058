#!/bin/bash
# demo.sh SLIPWAY: from nothing to a real task with the stock AWS CLI, and back to nothing. Needs root.
# Every command is shown before it runs; the first that fails ends the demo with its exit code.
set -euo pipefail
slipway=$(realpath "$1")
cd "$(dirname "$0")/../.."
export PATH="$PWD/.venv/bin:$PATH" AWS_PAGER="" AWS_EC2_METADATA_DISABLED=true
unset AWS_PROFILE AWS_SESSION_TOKEN

bold=$(tput bold 2>/dev/null || true) dim=$(tput dim 2>/dev/null || true) plain=$(tput sgr0 2>/dev/null || true)
say() { printf '\n%s%s%s\n' "$bold" "$*" "$plain"; }
show() { printf '%s$ %s%s\n' "$dim" "$*" "$plain"; }
run() { show "$@"; "$@"; }

work=$(mktemp -d /tmp/slipway-demo-XXXXXX)
server=
cleanup() {
  status=$?
  trap - EXIT INT TERM
  if [ -n "$server" ] && kill -0 "$server" 2>/dev/null; then
    for task in $(aws ecs list-tasks --query 'taskArns[]' --output text 2>/dev/null); do
      aws ecs stop-task --task "$task" >/dev/null 2>&1 && aws ecs wait tasks-stopped --tasks "$task" || true
    done
    kill "$server" 2>/dev/null && wait "$server" || true
  fi
  if [ "$status" -ne 0 ]; then echo "--- the server's log ---"; cat "$work/server.log" 2>/dev/null || true; fi
  rm -rf "$work"
  exit "$status"
}
trap cleanup EXIT
trap 'exit 130' INT TERM

# What this server's node has on the host: links, nftables tables, mounts, cgroups, directories, processes.
left_behind() {
  ip -o link show | grep -F "s${node:0:7}" || true
  nft list tables | grep -F "$node" || true
  grep -F "$node" /proc/self/mounts || true
  find /sys/fs/cgroup -type d -name "*$node*" || true
  find /run -maxdepth 1 -name "*$node*" || true
  pgrep -fa "supervisor --node $node" || true
}

# Runs a task, shows what it is, its log line and what it answers, and stops it.
task() { # NAME ADDRESS-QUERY RUN-TASK-ARGUMENTS...
  local name=$1 query=$2 arn address
  shift 2
  show aws ecs run-task --task-definition "$name" "$@"
  arn=$(aws ecs run-task --task-definition "$name" "$@" --query 'tasks[0].taskArn' --output text)
  echo "$arn"
  run aws ecs wait tasks-running --tasks "$arn"
  run aws ecs describe-tasks --tasks "$arn" --output table --query \
    'tasks[0].{status:lastStatus,launchType:launchType,created:createdAt,started:startedAt,memory:memory}'
  address=$(aws ecs describe-tasks --tasks "$arn" --query "$query" --output text)
  [[ $address == *.* ]] || address=127.0.0.1:$address
  say "It answers at $address:"
  run curl --silent --show-error --fail --max-time 5 --retry 5 --retry-all-errors "http://$address/"
  if [ "$name" = hello ]; then
    say "What it wrote is in CloudWatch Logs:"
    run aws logs filter-log-events --log-group-name /ecs/hello --query 'events[].message' --output text
  fi
  say "Stop it:"
  run aws ecs stop-task --task "$arn" --reason "the demo is over" --query task.desiredStatus --output text
  run aws ecs wait tasks-stopped --tasks "$arn"
  run aws ecs describe-tasks --tasks "$arn" --output table --query \
    'tasks[0].{status:lastStatus,stopCode:stopCode,reason:stoppedReason,exitCode:containers[0].exitCode}'
}

say "A server, with nothing but a data directory:"
show slipway server --data-dir "$work/data" --listen 127.0.0.1:0 "&"
"$slipway" server --data-dir "$work/data" --listen 127.0.0.1:0 >"$work/server.log" 2>&1 &
server=$!
for _ in $(seq 200); do
  if "$slipway" env --data-dir "$work/data" >"$work/env" 2>/dev/null && grep -q "agent connected" "$work/server.log"; then break; fi
  kill -0 "$server" || { cat "$work/server.log"; exit 1; }
  sleep 0.05
done
show 'eval "$(slipway env)"'
. "$work/env"
node=$(cat "$work/data/node-id")
run aws sts get-caller-identity --output text

say "An image, made from Debian's busybox without any registry:"
run tools/busybox_image.py "$work/hello.tar"
show slipway image import "$work/hello.tar" --name hello:1
"$slipway" image import "$work/hello.tar" --name hello:1 --data-dir "$work/data"

say "A task on a host port:"
run aws ecs register-task-definition --cli-input-json file://examples/hello/task-definition.json \
  --query taskDefinition.taskDefinitionArn --output text
task hello 'tasks[0].containers[0].networkBindings[0].hostPort'

say "A Fargate task with an address of its own in the VPC:"
run aws ecs register-task-definition --cli-input-json file://examples/hello/task-definition-awsvpc.json \
  --query taskDefinition.taskDefinitionArn --output text
subnet=$(aws ec2 describe-subnets --query 'Subnets[0].SubnetId' --output text)
task hello-awsvpc 'tasks[0].containers[0].networkInterfaces[0].privateIpv4Address' \
  --launch-type FARGATE --network-configuration "awsvpcConfiguration={subnets=[$subnet]}"

say "Stop the server. What is left on this host:"
show kill "$server"
kill "$server"
wait "$server"
server=
left=$(left_behind)
if [ -n "$left" ]; then
  echo "something stayed behind:"
  echo "$left"
  exit 1
fi
echo "nothing: no namespace, mount, cgroup, link, firewall rule or process."
