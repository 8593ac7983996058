#!/bin/busybox sh
# What is run in the guest, one case for each name that the kernel's command line gives. The first thing that is not as it
# should be ends it.
cd /tmp || exit 1
slipway=/slipway/slipway data=/var/lib/slipway

fails() {
  echo "FAILED: $*"
  exit 1
}

# `slipway run` of one container with this script; what it prints goes to `out` and `err`, its code to `code`.
run_script() {  # memory script [further members of the container]
  cat >definition.json <<END
{"family": "guest", "containerDefinitions": [{"name": "main", "image": "hello:1", "memory": $1, "essential": true,
 "entryPoint": ["/bin/sh", "-c"], "command": ["$2"] ${3:+, $3}}]}
END
  $slipway run definition.json --data-dir $data >out 2>err
  code=$?
}

nothing_left() {
  left=$(ls /sys/fs/cgroup | grep '^slipway'; grep -E 'slipway|netns' /proc/mounts | grep -v ' / '; ls /run | grep slipway | grep -v 'network.lock'
    ip -o link | grep -v ' lo:')
  [ -z "$left" ] || fails "left: $left"
}

case $1 in
  doctor)
    $slipway doctor >out || { cat out; fails "doctor finds something amiss"; }
    cat out
    grep -q '^ok    control groups     version 2 .*cpu.*memory.*pids' out || fails "version 2 is not seen"
    grep -q '^ok    apparmor ' out || fails "AppArmor is not seen"
    grep -q '^ok    ephemeral storage  held by project quotas' out || fails "project quotas are not seen"
    # Things taken away, one by one, and what follows from it.
    grep -q '^warn  erofs' out || fails "erofs is not missed, and there is no mkfs.erofs here"
    echo 0 >/proc/sys/user/max_user_namespaces
    $slipway doctor | grep -A 1 '^warn  user namespaces' | grep 'fewer walls' || fails "user namespaces are not missed"
    echo 4096 >/proc/sys/user/max_user_namespaces
    ;;

  # The same kernel with version 1 alone (init.sh), and then with version 2 beside it.
  version1)
    $slipway doctor | grep '^ok    control groups     version 1 b' || { $slipway doctor; fails "version 1 is not seen"; }
    /slipway/slipway_runtime_test --gtest_filter='ContainerTest.*Memory*:ContainerTest.*Stats*:SecurityTest.Control*' || exit 1
    mkdir /sys/fs/cgroup/unified
    mount -t cgroup2 cgroup2 /sys/fs/cgroup/unified
    cat /sys/fs/cgroup/unified/cgroup.controllers
    $slipway doctor | grep '^ok    control groups     version 1 with a version 2 tree' || fails "hybrid is not seen"
    /slipway/slipway_runtime_test --gtest_filter='ContainerTest.*Memory*:ContainerTest.*Stats*'
    ;;

  # Without those that are the same on every kernel, or whose kind others here are of: emulated, each takes seconds.
  runtime)
    without=MissingTest.*:SpoolTest.*:DoctorTest.Names*:ContainerTest.SaysWhy*:ContainerTest.Spool*
    without=$without:NetworkTest.Overlapping*:NetworkTest.AnAddress*:NetworkTest.NetworksSurvive*:NetworkTest.TakenPorts*
    without=$without:SurvivalTest.ExitsDuring*:SurvivalTest.*OverAStart:SurvivalTest.OwnerAnd*:SurvivalTest.AFlood*
    without=$without:Router*:Forwarder*:Dns*:Firewall*:ForeignFirewall*:Nft*:Ports*:Machine*:Oci*:Supervisor*:SurvivalTest.AnotherProcess*
    without=$without:NetworkTest.*:LayersTest.*:SpoolWatch*:FakeHost*
    exec /slipway/slipway_runtime_test --gtest_filter="-$without:SurvivalTest.ASupervisorWithout*"
    ;;

  run)
    $slipway image import /slipway/hello.tar --data-dir $data || fails "image import"
    $slipway run /slipway/hello.json --data-dir $data >out 2>err &
    pid=$!
    for attempt in $(seq 200); do
      grep -q 'hello from slipway' out && break
      sleep 0.1
    done
    grep 'hello from slipway' out || { cat err; fails "hello says nothing"; }
    kill -INT $pid
    wait $pid
    grep -q stopping out || fails "it was not stopped in order"
    nothing_left
    ;;

  limits)
    run_script 32 'exec tail -c 200000000 /dev/zero'
    [ $code = 137 ] || fails "the code of what the kernel killed is $code"
    grep -q 'OutOfMemoryError: Container killed due to memory usage' err || { cat err; fails "the reason is not given"; }
    run_script 48 'cat /sys/fs/cgroup/memory.max /sys/fs/cgroup/pids.max /sys/fs/cgroup/cpu.weight /proc/self/oom_score_adj'
    cat out
    [ "$(head -n 1 out)" = $((48 << 20)) ] || fails "memory.max"
    [ "$(tail -n 1 out)" = 1 ] || fails 'a container keeps the out-of-memory score of the supervisor'
    wget='wget -q -O - $ECS_CONTAINER_METADATA_URI_V4/stats'
    run_script 48 "dd if=/dev/zero of=/file bs=1M count=8 conv=fsync 2>/dev/null; sleep 2; cat /sys/fs/cgroup/io.stat; $wget"
    cat out err
    grep -q "\"limit\": *$((48 << 20))" out || fails "stats do not give the limit"
    nothing_left
    ;;

  *) fails "no such check: $1" ;;
esac
