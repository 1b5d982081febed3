# An EVE device on its real paths, /config and /persist on the disk that may lose its power: all programs in one process, and
# newlogd's stand-in, which tells each log file when it is on the disk.
for module in virtio_pci virtio_blk virtio_net bridge; do modprobe "$module" || exit 1; done
mkdir -p /device /config /persist /etc
mount -t ext4 /dev/vda /device || exit 1
mount --bind /device/config /config
mount --bind /device/persist /persist
echo 0.0.0-vm-amd64 >/run/eve-release
printf 'noarp\nnodelay\nscript /bin/true\n' >/etc/dhcpcd.conf
newlog() {
  upload=/persist/newlog/devUpload
  mkdir -p "$upload"
  n=$LOG_FROM
  while [ -e "/logs/$n.gz" ]; do
    cp "/logs/$n.gz" "$upload/TempFile$n"
    sync "$upload/TempFile$n"
    mv "$upload/TempFile$n" "$upload/dev.log.$((LOG_BASE_MS + n)).gz"
    sync "$upload"
    echo "vm: log $n written"
    n=$((n + 1))
    sleep 2
  done
}
newlog &
echo "vm: programs start"
exec dist/x86_64/zedbox all --standalone
