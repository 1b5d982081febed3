/** Reports NTP sources when they change, and from time to time (`spec/zedagent.md §16`). */
import { info } from "../../../proto/device.ts";
import { errorText, every, jitter, keepTouched, registerWatchdog } from "../../agent/mod.ts";
import { intItem } from "../../topics/mod.ts";
import { eventItemTypes } from "../deferred/event_queue.ts";
import { openDeviceReport } from "../info/device_report.ts";
import type { ControllerAccess } from "../parts.ts";
import { readChronySources } from "./chrony_socket.ts";
import { isReportDue, type LastReport, ntpSources } from "./ntp_sources.ts";

/** See {@linkcode startNtpSources}. */
export interface NtpSourcesTask {
  /** The next poll, at once, reports whatever it finds. */
  publishAll(): void;
}

const taskName = "zedagent-ntp";
const pollMs = 10_000;

/** Runs until the device ends; a device without chronyd has nothing to report. */
export function startNtpSources(access: ControllerAccess): NtpSourcesTask {
  const { device } = access;
  const report = openDeviceReport(access, "ntpsources", eventItemTypes.ntpSources);
  let last: LastReport | undefined;
  let trouble = "";
  let polling: Promise<void> | undefined;

  const poll = async () => {
    try {
      const found = await readChronySources(device);
      trouble = "";
      if (found === undefined || device.signal.aborted) return;
      const sources = ntpSources(found);
      const at = device.clock.monotonic();
      const intervalMs = intItem(access.items(), "timer.ntpsources.interval") * 1000;
      if (!isReportDue(last, sources, at, intervalMs)) return;
      report({ ztype: info.ZInfoTypes.ZiNTPSources, ntp_sources: sources });
      last = { sources, at };
    } catch (error) {
      const text = errorText(error);
      if (text !== trouble) {
        device.log.warn(`NTP sources: chronyd: ${text}; they are reported when it answers`);
      }
      trouble = text;
    }
  };
  /** One at a time: they share a socket. */
  const pollOnce = () => polling ??= poll().finally(() => polling = undefined);

  registerWatchdog(device, taskName);
  keepTouched(device, taskName);
  pollOnce();
  every(device, () => jitter(device.random, pollMs), pollOnce);
  return {
    publishAll() {
      last = undefined;
      pollOnce();
    },
  };
}
