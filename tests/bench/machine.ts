/** Where a table was measured. */

/** Processor, cores, kernel, runtime; and how busy the machine was. */
export async function machine(): Promise<string> {
  const info = await Deno.readTextFile("/proc/cpuinfo");
  const model = /^model name\s*:\s*(.+)$/m.exec(info)?.[1] ?? Deno.build.arch;
  const load = Deno.loadavg()[0] ?? 0;
  const { deno } = Deno.version;
  return `${model}, ${navigator.hardwareConcurrency} cores, Linux ${Deno.osRelease()}, Deno ${deno}, load ${
    load.toFixed(1)
  }`;
}

/** The type of the file system that a folder is on, as `stat` names it. */
export async function fileSystemOf(folder: string): Promise<string> {
  const { stdout } = await new Deno.Command("stat", { args: ["-f", "-c", "%T", folder] }).output();
  return `${folder} (${new TextDecoder().decode(stdout).trim()})`;
}
