/**
 * A wall clock for the programs of the device alone, that jumps while they run; their monotonic clock goes on. libfaketime is
 * preloaded by an `/etc/ld.so.preload` that only this mount namespace sees: with LD_PRELOAD set, Deno would start no child for
 * them (nim needs `ip`).
 */
import { run } from "./network.ts";

const LIBFAKETIME = `/usr/lib/${Deno.build.arch}-linux-gnu/faketime/libfaketime.so.1`;

/** See {@linkcode openDeviceClock}. At its end `/etc` and `/dev/shm` are what they were. */
export interface DeviceClock extends AsyncDisposable {
  /** For processes of the device. */
  readonly env: Readonly<Record<string, string>>;
  /** Seconds before or after the machine's; the programs see it within a second. */
  set(seconds: number): void;
  /** Milliseconds since 1970 as the device has it. */
  now(): number;
}

/** @param folder takes what is laid over `/etc`. @throws {Error} that says what is missing */
export async function openDeviceClock(folder: string): Promise<DeviceClock> {
  try {
    Deno.statSync(LIBFAKETIME);
  } catch (cause) {
    throw new Error(`${LIBFAKETIME} is missing; apt-get install -y faketime`, { cause });
  }
  const [above, file] = [`${folder}/etc`, `${folder}/clock`];
  await Deno.mkdir(above);
  await run(["mount", "-t", "tmpfs", "tmpfs", above]);
  for (const name of ["upper", "work"]) await Deno.mkdir(`${above}/${name}`);
  await Deno.writeTextFile(`${above}/upper/ld.so.preload`, `${LIBFAKETIME}\n`);
  const layers = `lowerdir=/etc,upperdir=${above}/upper,workdir=${above}/work`;
  await run(["mount", "-t", "overlay", "overlay", "-o", layers, "/etc"]);
  // It leaves a file in shared memory for each process that was killed.
  await run(["mount", "-t", "tmpfs", "-o", "size=16m", "tmpfs", "/dev/shm"]);
  let offset = 0;
  const clock: DeviceClock = {
    env: {
      FAKETIME_TIMESTAMP_FILE: file,
      FAKETIME_CACHE_DURATION: "1",
      FAKETIME_DONT_FAKE_MONOTONIC: "1",
      NO_FAKE_STAT: "1",
    },
    set(seconds) {
      offset = seconds;
      Deno.writeTextFileSync(`${file}.new`, `${seconds < 0 ? "" : "+"}${seconds}\n`);
      Deno.renameSync(`${file}.new`, file);
    },
    now: () => Date.now() + offset * 1000,
    async [Symbol.asyncDispose]() {
      for (const mounted of ["/etc", above, "/dev/shm"]) await run(["umount", "--lazy", mounted]);
    },
  };
  clock.set(0);
  return clock;
}
