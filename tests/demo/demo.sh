#!/bin/bash
# demo.sh SLIPWAY: a real task from unmodified clients, from an empty directory to nothing left.
set -euo pipefail
slipway=$(realpath "${1:-build/slipway}")
cd "$(dirname "$0")/../.."
aws=$PWD/.venv/bin/aws
python=$PWD/.venv/bin/python

if [ -t 1 ]; then bold=$'\e[1m' dim=$'\e[2m' green=$'\e[32m' red=$'\e[31m' plain=$'\e[0m'; else bold='' dim='' green='' red='' plain=''; fi
title() { printf '\n%s%s%s\n' "$bold" "$*" "$plain"; }
note() { printf '%s# %s%s\n' "$dim" "$*" "$plain"; }
good() { printf '%s✓ %s%s\n' "$green" "$*" "$plain"; }
die() { printf '%s✗ %s%s\n' "$red" "$*" "$plain" >&2; exit 1; }
# Prints a command as one would type it, and runs it.
run() { show "$@"; "$@"; }
# … and keeps its output as well, in $answer.
keep() { show "$@"; answer=$("$@") || die "that failed"; printf '%s\n' "$answer"; }
fetch() {
  show curl "$1"
  answer=$(curl --silent --show-error --fail --max-time 10 --retry 8 --retry-connrefused "$1") || die "no answer from $1"
  printf '%s\n' "$answer"
  [[ $answer == *'Hello from a task'* ]] || die "not the task's answer"
}
show() {
  local words=() word
  for word in "$@"; do
    word=${word/#$slipway/slipway}
    word=${word/#$aws/aws}
    case $word in *[\ \[\{]*) word="'$word'" ;; esac
    words+=("$word")
  done
  printf '$ %s\n' "${words[*]}"
}

cannot() { printf '%sthe demo cannot run here: %s%s\n' "$red" "$*" "$plain" >&2; exit 77; }
[ "$(id -u)" = 0 ] || cannot "containers need root (sudo make demo)"
for program in crun nft curl busybox; do command -v $program >/dev/null || cannot "$program is missing (make deps)"; done
[ -x "$aws" ] || cannot "$aws is missing (make deps)"

# Nothing of the machine's own AWS configuration takes part.
for name in $(compgen -e AWS_ || true); do unset "$name"; done
export AWS_CONFIG_FILE=/dev/null AWS_SHARED_CREDENTIALS_FILE=/dev/null AWS_EC2_METADATA_DISABLED=true AWS_PAGER=

data=$(mktemp -d "${TMPDIR:-/tmp}/slipway-demo-XXXXXX")
server='' tasks=()
finish() {
  local code=$?
  trap '' INT TERM
  set +e
  if [ -n "$server" ] && kill -0 "$server" 2>/dev/null; then
    if ((code != 0)); then
      note "cleaning up" >&2
      for task in "${tasks[@]}"; do "$aws" ecs stop-task --task "$task" >/dev/null 2>&1; done
      for task in "${tasks[@]}"; do timeout 60 "$aws" ecs wait tasks-stopped --tasks "$task" >/dev/null 2>&1; done
    fi
    kill "$server"
    wait "$server"
  fi
  ((code == 0 || code == 130 || code == 143)) || { [ -s "$data/server.log" ] && tail -n 20 "$data/server.log" >&2; }
  rm -rf "$data"
  exit "$code"
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

title "A server of your own"
show "$slipway" server --data-dir "$data" --listen 127.0.0.1:0 '&'
# In a session of its own: Ctrl-C is for this script, which then stops things in order.
setsid "$slipway" server --data-dir "$data" --listen 127.0.0.1:0 2>"$data/server.log" &
server=$!
for ((i = 0; ; i++)); do
  environment=$("$slipway" env --data-dir "$data" 2>/dev/null) && break
  kill -0 "$server" 2>/dev/null || die "the server did not start"
  ((i < 200)) || die "the server does not serve"
  sleep 0.05
done
printf '$ eval "$(slipway env --data-dir %s)"\n' "$data"
eval "$environment"
note "AWS_ENDPOINT_URL=$AWS_ENDPOINT_URL: all that an AWS client needs"
for ((i = 0; ; i++)); do
  joined=$("$aws" ecs list-container-instances --query 'length(containerInstanceArns)')
  [ "$joined" = 1 ] && break
  ((i < 50)) || die "this host has not joined; slipway doctor says why"
  sleep 0.1
done
run "$aws" sts get-caller-identity --query Arn --output text

title "An image, without any registry"
run tools/busybox_image.py "$data/hello.tar" --name hello:1
run "$slipway" image import "$data/hello.tar" --data-dir "$data"

title "A task definition, and a task"
run "$aws" ecs register-task-definition --cli-input-json file://examples/hello/task-definition.json \
  --query 'taskDefinition.[family,revision,status]' --output text
keep "$aws" ecs run-task --task-definition hello --query 'tasks[0].taskArn' --output text
[[ $answer == arn:* ]] || die "no task was started"
task=${answer##*/}
tasks+=("$task")
run "$aws" ecs wait tasks-running --tasks "$task"
keep "$aws" ecs describe-tasks --tasks "$task" --query 'tasks[0].containers[0].networkBindings[0].hostPort' --output text
port=$answer
fetch "http://127.0.0.1:$port/"
for ((i = 0; i < 50; i++)); do
  line=$("$aws" logs filter-log-events --log-group-name /ecs/hello --query 'events[0].message' --output text 2>/dev/null || true)
  [ "$line" = "hello from slipway" ] && break
  sleep 0.1
done
run "$aws" logs filter-log-events --log-group-name /ecs/hello --query 'events[].[logStreamName,message]' --output text
[ "$line" = "hello from slipway" ] || die "its log line is not there"
good "it answered, and its log line is in CloudWatch Logs"

title "A task with an address of its own"
run "$aws" ecs register-task-definition --cli-input-json file://examples/hello/task-definition-awsvpc.json \
  --query 'taskDefinition.[family,revision,networkMode]' --output text
subnet=$("$aws" ec2 describe-subnets --query 'Subnets[0].SubnetId' --output text)
network="awsvpcConfiguration={subnets=[$subnet]}"
keep "$aws" ecs run-task --task-definition hello-awsvpc --launch-type FARGATE --network-configuration "$network" \
  --query 'tasks[0].taskArn' --output text
[[ $answer == arn:* ]] || die "no task was started"
task=${answer##*/}
tasks+=("$task")
run "$aws" ecs wait tasks-running --tasks "$task"
keep "$aws" ecs describe-tasks --tasks "$task" --output text \
  --query 'tasks[0].containers[0].networkInterfaces[0].privateIpv4Address'
fetch "http://$answer/"
good "it answered at its own address"

title "Stop, and look for what stays"
for task in "${tasks[@]}"; do run "$aws" ecs stop-task --task "$task" --reason 'enough for today' --query task.desiredStatus --output text; done
run "$aws" ecs wait tasks-stopped --tasks "${tasks[@]}"
run "$aws" ecs describe-tasks --tasks "${tasks[@]}" --output text \
  --query 'tasks[].[lastStatus,stopCode,stoppedReason,containers[0].exitCode]'
show kill "$server"
kill "$server"
wait "$server" || die "the server did not end well"
server='' tasks=()
node=$(cat "$data/node-id")
left=$("$python" -c '
import sys
sys.dont_write_bytecode = True
sys.path.insert(0, "tests")
from harness.leftovers import left_behind
print("\n".join(left_behind(*sys.argv[1:])))' "$node" "$data")
[ -z "$left" ] || die "left behind:"$'\n'"$left"
good "no process, namespace, mount, cgroup, link, route or firewall rule is left"
