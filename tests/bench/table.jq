# JSON lines of bench.sh, slurped, to one Markdown table.
def median: sort | if length % 2 == 1 then .[(length - 1) / 2] else (.[length / 2 - 1] + .[length / 2]) / 2 end;
def digits($n): (. * pow(10; $n) | round) / pow(10; $n);
def thousands: round | tostring | explode | reverse | [range(0; length) as $i | (if $i > 0 and $i % 3 == 0 then 44 else empty end), .[$i]] | reverse | implode;
def spread(f): "\(min | f)–\(max | f)";
def ms: digits(2);

def rate($name; $connections; $goal):
  map(select(.bench == $name and (.connections // 1) == $connections)) | select(length > 0) |
  "| \($name), \(if $connections == 1 then "one at a time" else "\($connections) in flight" end)" +
  " | **\(map(.ops_per_s) | median | thousands)/s**, p50 \(map(.p50_ms) | median | ms) ms, p99 \(map(.p99_ms) | median | ms) ms" +
  ", \(map(.server_cpu_us_per_op) | median | digits(1)) µs CPU of the server" +
  " | \(map(.ops_per_s) | spread(thousands))/s, p99 \(map(.p99_ms) | spread(ms)) ms" +
  " | \($goal) |";

def launches:
  map(select(.bench == "launch")) | group_by(.launcher) |
  map({launcher: .[0].launcher, version: .[0].version, p50: map(.running_p50_ms), p95: map(.running_p95_ms),
       answered: map(.answered_p50_ms), reported: map(.reported_p50_ms // empty)}) | sort_by(.p50 | median);

def launch_rows:
  launches as $all | ($all | map(select(.launcher | startswith("crun"))) | .[0]) as $crun |
  $all[] |
  "| \(.launcher)\(if .version != "" then " (\(.version))" else "" end) → process runs" +
  " | **p50 \(.p50 | median | digits(1)) ms**, p95 \(.p95 | median | digits(1)) ms, answered p50 \(.answered | median | digits(1)) ms" +
  (if (.reported | length) > 0 then ", RUNNING in DescribeTasks p50 \(.reported | median | digits(1)) ms" else "" end) +
  " | p50 \(.p50 | spread(digits(1))) ms" +
  " | \(if (.launcher | startswith("slipway")) and $crun then "≤ crun + 10 ms; here \(if (.p50 | median) >= ($crun.p50 | median) then "+" else "−" end)\((.p50 | median) - ($crun.p50 | median) | fabs | digits(1)) ms" else "" end) |";

def start_row($kind; $goal):
  map(select(.bench == "cold-start" and .kind == $kind)) | select(length > 0) |
  "| cold start to the first signed answer, \({fresh: "new data directory", existing: "existing data directory", loaded: "with what the rounds registered"}[$kind])" +
  " | **p50 \(map(.answer_p50_ms) | median | digits(1)) ms**, max \(map(.answer_max_ms) | max | digits(1)) ms; stop \(map(.stop_p50_ms) | median | digits(0)) ms" +
  " | p50 \(map(.answer_p50_ms) | spread(digits(1))) ms | \($goal) |";

def memory_rows:
  map(select(.bench == "memory")) | . as $all |
  ($all[] | "| memory, \(.process) | RSS \(.rss_mib) MiB, PSS \(.pss_mib) MiB | | |"),
  ($all | map(select(.process == "server" or .process == "supervisor")) |
   "| memory, idle, server with agent and supervisor | **RSS \(map(.rss_mib) | add | digits(1)) MiB** (PSS \(map(.pss_mib) | add | digits(1)) MiB) | | ≤ 40 MiB |");

def pull_rows:
  map(select(.bench == "pull")) | group_by(.puller) | map({puller: .[0].puller, all: .}) | sort_by(.all | map(.seconds) | median) | .[] |
  "| pull of \(.all[0].mb) MB from loopback, \(.puller)" +
  " | **\(.all | map(.mb_per_s) | median | digits(0)) MB/s**, \(.all | map(.cpu_s) | median | digits(2)) s CPU" +
  " | \(.all | map(.mb_per_s) | spread(digits(0))) MB/s, \(.all | map(.cpu_s) | spread(digits(2))) s CPU | |";

def policy_row($name; $what):
  map(select(.bench == $name)) | select(length > 0) |
  "| a policy judged, \($what)" +
  " | **\(map(.ops_per_s) | median | thousands)/s**, \(map(.ns_per_op) | median / 1000 | digits(2)) µs, \(map(.allocations_per_op) | median | digits(1)) allocations" +
  " | \(map(.ops_per_s) | spread(thousands))/s | |";

"| what | median of the rounds | spread | goal |",
"|---|---|---|---|",
rate("DescribeTasks"; 32; "≥ 20,000/s on two cores"),
rate("DescribeTasks"; 1; ""),
rate("RegisterTaskDefinition"; 64; "≥ 5,000/s, durable"),
rate("RegisterTaskDefinition"; 1; ""),
rate("healthz"; 32; "(what HTTP alone costs)"),
(map(select(.bench == "disk")) | "| disk: append 4 KiB, fdatasync | \(map(.ops_per_s) | median | thousands)/s, p50 \(map(.p50_ms) | median | ms) ms, p99 \(map(.p99_ms) | median | ms) ms | \(map(.ops_per_s) | spread(thousands))/s | (the floor of one durable call) |"),
policy_row("policy"; "50 statements, the last allows"),
policy_row("policy-conditions"; "the same with a condition in each"),
policy_row("policy-administrator"; "AdministratorAccess"),
launch_rows,
pull_rows,
start_row("fresh"; "≤ 100 ms"), start_row("existing"; "≤ 100 ms"), start_row("loaded"; ""),
memory_rows,
(map(select(.bench == "per-task")) | select(length > 0) | .[0] | "| memory of a running task, \(.tasks) at a time: server with agent, supervisor | **\(.server_kib | digits(1)) KiB**, \(.supervisor_kib | digits(1)) KiB | | |"),
(map(select(.bench == "known-again")) | select(length > 0) | .[0] | "| kill -9 with \(.tasks) running: from a start to all known again | **\(.ms) ms** | | |"),
(map(select(.foreign_cpu_share) | .foreign_cpu_share) | "| CPU that others used meanwhile | \(median | digits(2)) cores | \(spread(digits(2))) | |")
