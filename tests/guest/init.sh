#!/bin/busybox sh
# The guest's init: version 2 of control groups and nothing else (or version 1, for that check), no systemd. Runs the checks and turns itself off.
export PATH=/usr/sbin:/usr/bin HOME=/root
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t devtmpfs dev /dev
mkdir -p /dev/pts /dev/shm
mount -t devpts devpts /dev/pts
mount -t tmpfs shm /dev/shm
mount -t tmpfs run /run
if grep -q 'checks=version1' /proc/cmdline; then
  mount -t tmpfs cgroup /sys/fs/cgroup
  for controller in cpu cpuacct cpuset memory devices freezer blkio pids; do
    mkdir /sys/fs/cgroup/$controller
    mount -t cgroup -o $controller cgroup /sys/fs/cgroup/$controller
  done
else
  mount -t cgroup2 cgroup2 /sys/fs/cgroup
fi
mount -t securityfs securityfs /sys/kernel/security
exec >/dev/console 2>&1 </dev/null
echo /sbin/modprobe >/proc/sys/kernel/modprobe
ip link set lo up
hostname guest
mkdir -p /var/lib /var/tmp
for word in $(cat /proc/cmdline); do
  case $word in checks=*) wanted=$(echo "${word#checks=}" | tr , ' ') ;; esac
done
for check in $wanted; do
  echo "== $check: begins"
  began=$(cut -d. -f1 /proc/uptime)
  timeout 170 sh /slipway/checks.sh "$check"
  echo "== $check: exit $? after $(($(cut -d. -f1 /proc/uptime) - began)) s"
done
sync
poweroff -f
