/** A real chronyd with files of its own; it leaves the clock alone. */

/** See {@linkcode startChronyd}. */
export type Chronyd = AsyncDisposable;

/** @param folder its own; the config and the pid file go there @throws {Error} with the line to type where it is not installed */
export async function startChronyd(folder: string, lines: readonly string[]): Promise<Chronyd> {
  await Deno.mkdir(folder, { recursive: true });
  const config = `${folder}/chrony.conf`;
  await Deno.writeTextFile(config, [...lines, "cmdport 0", `pidfile ${folder}/chronyd.pid`, ""].join("\n"));
  const user = new TextDecoder().decode((await new Deno.Command("id", { args: ["-un"] }).output()).stdout)
    .trim();
  let child: Deno.ChildProcess;
  try {
    const args = ["-x", "-d", "-U", "-u", user, "-f", config];
    child = new Deno.Command("chronyd", { args, stdout: "null", stderr: "null" }).spawn();
  } catch (cause) {
    throw new Error("chronyd can't be started; type:\n  apt-get install -y chrony", { cause });
  }
  return {
    async [Symbol.asyncDispose]() {
      try {
        child.kill();
      } catch (error) {
        if (!(error instanceof TypeError)) throw error;
      }
      await child.status;
    },
  };
}

/** A port on the loopback device that nobody uses. */
export function freeUdpPort(): number {
  const socket = Deno.listenDatagram({ transport: "udp", hostname: "127.0.0.1", port: 0 });
  const { addr } = socket;
  socket.close();
  if (addr.transport !== "udp") throw new Error(`expected a UDP port, got ${addr.transport}`);
  return addr.port;
}
