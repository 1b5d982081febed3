/** All 128 global settings with type, default and limits (`spec/zedagent.md §7.3, 7.4`). */
import { TriState } from "./config_item_value_map.ts";
import {
  anyText,
  base64Text,
  cronText,
  logLevel,
  oneOf,
  plainFileName,
  probeEndpoint,
  syslogLevel,
  type TextCheck,
} from "./config_item_checks.ts";

/** What a setting may hold, and what it holds when nobody has set it. */
export type ConfigItemSpec =
  | { readonly type: "int"; readonly default: number; readonly min: number; readonly max: number }
  | { readonly type: "bool"; readonly default: boolean }
  | { readonly type: "tristate"; readonly default: TriState }
  | { readonly type: "string"; readonly default: string; readonly check: TextCheck };

const M = 4294967295;
const int = (value: number, min: number, max: number) => ({ type: "int", default: value, min, max }) as const;
const bool = (value: boolean) => ({ type: "bool", default: value }) as const;
const tristate = (value: TriState) => ({ type: "tristate", default: value }) as const;
const text = (value: string, check: TextCheck = anyText) =>
  ({ type: "string", default: value, check }) as const;

/**
 * Key → specification. The two `memory.eve.limit.*` have default and minimum 0 here;
 * {@linkcode configItemSpec} puts in the content of the memory cgroup where it is known.
 */
export const configItemSpecs = {
  "timer.config.interval": int(60, 5, 86400),
  "timer.cert.interval": int(86400, 60, M),
  "timer.metric.interval": int(60, 5, 3600),
  "timer.metric.diskscan.interval": int(300, 5, 3600),
  "timer.hardwarehealth.interval": int(43200, 21600, M),
  "timer.deviceinfo.interval": int(600, 30, M),
  "timer.location.cloud.interval": int(3600, 300, M),
  "timer.location.app.interval": int(20, 5, 3600),
  "timer.ntpsources.interval": int(600, 60, M),
  "timer.reboot.no.network": int(604800, 120, M),
  "timer.update.fallback.no.network": int(300, 60, M),
  "timer.test.baseimage.update": int(600, 30, 3600),
  "timer.gc.vdisk": int(3600, 60, M),
  "timer.defer.content.delete": int(0, 0, 86400),
  "timer.download.retry": int(600, 60, M),
  "timer.download.stalled": int(600, 20, M),
  "timer.boot.retry": int(600, 10, M),
  "timer.port.georedo": int(3600, 60, M),
  "timer.port.georetry": int(600, 5, M),
  "timer.port.testduration": int(30, 10, 3600),
  "timer.port.testinterval": int(300, 300, 3600),
  "timer.port.testbetterinterval": int(600, 0, M),
  "timer.port.timeout": int(15, 0, 3600),
  "timer.send.timeout": int(120, 0, 3600),
  "timer.dial.timeout": int(10, 0, 3600),
  "timer.lps.profile.interval": int(60, 3, 3600),
  "timer.lps.radio.interval": int(5, 3, 3600),
  "timer.lps.appinfo.interval": int(60, 3, 3600),
  "timer.lps.devinfo.interval": int(60, 3, 3600),
  "timer.lps.network.interval": int(60, 3, 3600),
  "timer.lps.appbootinfo.interval": int(60, 3, 3600),
  "scep.retry.interval": int(300, 60, 3600),
  "pnac.dhcp.reacquire.max.retries": int(4, 0, 8),
  "timer.vault.ready.cutoff": int(300, 60, M),
  "timer.vault.trim.max.secs": int(1800, 0, M),
  "timer.appcontainer.stats.interval": int(300, 1, M),
  "storage.dom0.disk.minusage.percent": int(20, 20, 80),
  "storage.dom0.disk.maxusagebytes": int(2147483648, 104857600, M),
  "storage.zfs.reserved.percent": int(20, 1, 99),
  "storage.longhorn.disk.reserved.gigabytes": int(2, 0, 1048576),
  "force.fallback.counter": int(0, 0, M),
  "gogc.memory.limit.bytes": int(0, 0, M),
  "gogc.percent": int(100, 0, 500),
  "gogc.forced.interval.seconds": int(10, 0, 1000),
  "gogc.forced.growth.memory.MiB": int(50, 10, 1024),
  "gogc.forced.growth.memory.percent": int(20, 5, 300),
  "memory.eve.limit.bytes": int(0, 0, M),
  "memory.eve.limit.MiB": int(0, 0, M),
  "memory.vmm.limit.MiB": int(0, 0, 1073741824),
  "newlog.gzipfiles.ondisk.maxmegabytes": int(2048, 10, M),
  "network.download.max.cost": int(0, 0, 255),
  "blob.download.max.retries": int(5, 1, 10),
  "goroutine.leak.detection.threshold": int(5000, 1, M),
  "goroutine.leak.detection.check.interval.minutes": int(1, 1, M),
  "goroutine.leak.detection.check.window.minutes": int(10, 10, M),
  "goroutine.leak.detection.keep.stats.hours": int(24, 1, M),
  "goroutine.leak.detection.cooldown.minutes": int(5, 1, M),
  "kubernetes.drain.timeout": int(24, 1, M),
  "drain.skip.k8sapinotreachable.timeout": int(300, 1, M),
  "kubernetes.drain.allnodes.config.multiple": int(2, 1, 1000),
  "log.dedup.window.size": int(0, 0, M),
  "netdump.topic.preonboard.interval": int(3600, 60, M),
  "netdump.topic.postonboard.interval": int(86400, 60, M),
  "netdump.topic.maxcount": int(10, 1, M),
  "msrv.prometheus.metrics.rps": int(1, 1, M),
  "msrv.prometheus.metrics.burst": int(10, 1, M),
  "msrv.prometheus.metrics.idletimeout.seconds": int(240, 1, M),
  "debug.enable.usb": bool(true),
  "debug.enable.vga": bool(true),
  "debug.enable.console": bool(true),
  "network.switch.enable.arpsnoop": bool(true),
  "dhcp.enable.vendorclassid": bool(true),
  "vector.enabled": bool(true),
  "netdump.enable": bool(true),
  "app.enable.tcp.mss.clamping": bool(true),
  "internal-memory-monitor.store.enabled": bool(true),
  "internal-memory-monitor.analyze.enabled": bool(true),
  "debug.qemu.process.core": bool(true),
  "debug.qemu.guest.core": bool(true),
  "app.allow.vnc": bool(false),
  "memory.apps.ignore.check": bool(false),
  "storage.apps.ignore.disk.check": bool(false),
  "newlog.allow.fastupload": bool(false),
  "debug.disable.dhcp.all-ones.netmask": bool(false),
  "process.cloud-init.multipart": bool(false),
  "debug.enable.vnc.shim.vm": bool(false),
  "wwan.query.visible.providers": bool(false),
  "wwan.modem.recovery.watchdog": bool(false),
  "wwan.modem.recovery.reload.drivers": bool(false),
  "wwan.modem.recovery.restart.modemmanager": bool(false),
  "network.local.legacy.mac.address": bool(false),
  "memory-monitor.enabled": bool(false),
  "debug.enable.efi": bool(false),
  "debug.qemu.process.core.guest.ram": bool(false),
  "debug.qemu.pause.on.crash": bool(false),
  "debug.qemu.gdb": bool(false),
  "debug.qemu.igpu.no.mmap": bool(false),
  "datastore.http.security.allowinsecureauth": bool(false),
  "netdump.downloader.with.pcap": bool(false),
  "netdump.downloader.http.with.fieldvalue": bool(false),
  "network.fallback.any.eth": tristate(TriState.TS_DISABLED),
  "maintenance.mode": tristate(TriState.TS_NONE),
  "airgap.mode": tristate(TriState.TS_NONE),
  "debug.enable.ssh": text(""),
  "app.fml.resolution": text(""),
  "edgeview.authen.publickey": text(""),
  "debug.qemu.trace.events": text(""),
  "log.count.filenames": text(""),
  "log.filter.filenames": text(""),
  "kubernetes.vmi.deschedule.events": text(""),
  "debug.tui.loglevel": text("info"),
  "debug.default.loglevel": text("info", logLevel),
  "debug.default.remote.loglevel": text("info", logLevel),
  "debug.syslog.loglevel": text("info", syslogLevel),
  "debug.syslog.remote.loglevel": text("info", syslogLevel),
  "debug.kernel.loglevel": text("info", syslogLevel),
  "debug.kernel.remote.loglevel": text("info", syslogLevel),
  "timer.vault.trim.cron": text("0 2 * * 6,0", cronText),
  "timer.zfs.pool.trim.cron": text("0 3 * * 6,0", cronText),
  "storage.longhorn.snapshot.cron": text("0 0 * * *", cronText),
  "vector.config": text("", base64Text),
  "k3s.config.override": text("", base64Text),
  "k3s.version": text(""),
  "app.boot.order": text("", oneOf("", "usb", "nousb")),
  "igpu.gop": text("", plainFileName),
  "diag.probe.remote.http.endpoint": text("www.google.com", probeEndpoint("http")),
  "diag.probe.remote.https.endpoint": text("www.google.com", probeEndpoint("https")),
  "storage.longhorn.node-drain-policy": text(
    "block-for-eviction-if-contains-last-replica",
    oneOf(
      "block-for-eviction",
      "block-for-eviction-if-contains-last-replica",
      "allow-if-replica-is-stopped",
      "always-allow",
    ),
  ),
} as const satisfies Record<string, ConfigItemSpec>;

/** One of the 128 keys. */
export type ConfigItemKey = keyof typeof configItemSpecs;
type Specs = typeof configItemSpecs;
type KeyOf<Kind extends string> = {
  [K in ConfigItemKey]: Specs[K]["type"] extends Kind ? K : never;
}[ConfigItemKey];
/** A key with an integer value. */
export type IntItemKey = KeyOf<"int">;
/** A key with a boolean value. */
export type BoolItemKey = KeyOf<"bool">;
/** A key with a three-way value. */
export type TriStateItemKey = KeyOf<"tristate">;
/** A key with a text value. */
export type StringItemKey = KeyOf<"string">;

/** Every key, in the order of the table. */
export const configItemKeys: readonly ConfigItemKey[] = Object.keys(configItemSpecs).filter(isConfigItemKey);

/** True for the key of a global setting. */
export function isConfigItemKey(key: string): key is ConfigItemKey {
  return Object.hasOwn(configItemSpecs, key);
}

/**
 * The specification of one setting.
 * @param eveMemoryLimitBytes limit of EVE's memory cgroup, 0 if unknown: default and minimum of `memory.eve.limit.*`
 */
export function configItemSpec(key: ConfigItemKey, eveMemoryLimitBytes = 0): ConfigItemSpec {
  if (key === "memory.eve.limit.bytes") {
    const bytes = Math.min(eveMemoryLimitBytes, M);
    return int(bytes, bytes, M);
  }
  if (key === "memory.eve.limit.MiB") {
    const mebibytes = Math.min(Math.ceil(eveMemoryLimitBytes / 1048576), M);
    return int(mebibytes, mebibytes, M);
  }
  return configItemSpecs[key];
}
