#!/bin/sh
# The first process of the virtual machine: file systems, modules, then the job that the kernel's command line names
# after `--`. Its exit code is the last line; then the power goes off.
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t devtmpfs devtmpfs /dev
exec </dev/ttyS0 >/dev/ttyS0 2>&1
mkdir -p /dev/pts /dev/shm
mount -t devpts devpts /dev/pts
for folder in /dev/shm /run /tmp; do mount -t tmpfs tmpfs "$folder"; done
export HOME=/root DENO_DIR=/root/deno NO_COLOR=1 DENO_NO_UPDATE_CHECK=1 PATH=/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
export LANG=C.UTF-8
ip link set lo up
cd -P /eve-comms || exit 1
echo "vm: booted $(uname -r)"
sh "tests/vm/guest/$1.sh"
echo "vm: ended $?"
poweroff -f
