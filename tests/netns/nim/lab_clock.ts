/**
 * A wall clock for the programs of the lab, that jumps while they run; their monotonic clock goes on. libfaketime comes by
 * an `/etc/ld.so.preload` that only their mount namespace has: with LD_PRELOAD set, Deno would start no child for them.
 */
import type { NimLab } from "./nim_lab.ts";

const LIBFAKETIME = `/usr/lib/${Deno.build.arch}-linux-gnu/faketime/libfaketime.so.1`;

/** Seconds before or after the machine's; the programs see it within a second. */
export type SetClock = (seconds: number) => void;

/** For what is started from now on. @throws {Error} that says what is missing */
export function giveClock(site: NimLab): SetClock {
  try {
    Deno.statSync(LIBFAKETIME);
  } catch (cause) {
    throw new Error(`${LIBFAKETIME} is missing; apt-get install -y faketime`, { cause });
  }
  const { lab: { folder, device }, device: { root } } = site;
  const file = `${folder}/clock`;
  Deno.mkdirSync(`${folder}/preload`);
  Deno.writeTextFileSync(`${folder}/preload/ld.so.preload`, `${LIBFAKETIME}\n`);
  const set: SetClock = (seconds) => {
    Deno.writeTextFileSync(`${file}.new`, `${seconds < 0 ? "" : "+"}${seconds}\n`);
    Deno.renameSync(`${file}.new`, file);
  };
  set(0);
  // The overlay hides what `ip netns exec` has laid over /etc.
  const again = `for file in /etc/netns/${device.name}/*; do mount --bind "$file" "/etc/\${file##*/}"; done`;
  site.before.push(
    "env",
    `FAKETIME_TIMESTAMP_FILE=${file}`,
    "FAKETIME_CACHE_DURATION=1",
    "FAKETIME_DONT_FAKE_MONOTONIC=1",
    "NO_FAKE_STAT=1",
    "sh",
    "-c",
    `mount -t overlay overlay -o lowerdir=${folder}/preload:/etc /etc && ${again} && ` +
      `mount --bind ${root}/etc/resolv.conf /etc/resolv.conf && exec "$@"`,
    "sh",
  );
  return set;
}
