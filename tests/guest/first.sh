#!/bin/busybox sh
# The first program of the guest: finds the disk and goes on there.
export PATH=/bin
busybox mount -t proc proc /proc
busybox mount -t sysfs sysfs /sys
busybox mount -t devtmpfs dev /dev
exec >/dev/console 2>&1
echo "guest: up"
for module in /modules/*; do
  busybox insmod "$module" || echo "guest: $module does not load"
done
busybox mount -t ext4 -o prjquota /dev/vda /root || { echo "guest: no disk"; busybox poweroff -f; }
for at in proc sys dev; do busybox umount "/$at"; done
exec busybox switch_root /root /bin/busybox sh /slipway/init.sh
