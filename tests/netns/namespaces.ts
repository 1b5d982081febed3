/**
 * Network namespaces with names of their own, `evelab-PID-N-ROLE`, gone with the lab that made them. Those of a run
 * that was killed are swept away by the next one.
 */
import { tmpdir } from "node:os";
import { mustRun, runProgram } from "./command.ts";

const PREFIX = "evelab";
const ETC = "/etc/netns";
let labs = 0;

/** One network namespace. Programs in it see `/etc/netns/NAME/resolv.conf` and `hosts` instead of the machine's. */
export class Namespace {
  constructor(readonly name: string) {}

  /** Runs lines of `ip -batch` in it. @throws {Error} with ip's words */
  ip(...lines: readonly string[]): Promise<void> {
    return this.#batch([], lines);
  }

  /** The same for lines that do not show their family by themselves, as rules. */
  ipOf(family: 4 | 6, ...lines: readonly string[]): Promise<void> {
    return this.#batch([`-${family}`], lines);
  }

  /** Loads nftables rules, as `nft -f` takes them. */
  async nft(rules: string): Promise<void> {
    await mustRun("ip", this.#exec("nft", ["-f", "-"]), rules);
  }

  /** Runs a program in it that must succeed. @returns its standard output */
  run(program: string, ...args: readonly string[]): Promise<string> {
    return mustRun("ip", this.#exec(program, args));
  }

  /** Runs a program in it, whatever its exit code, e.g. `curl`. */
  tryRun(program: string, ...args: readonly string[]) {
    return runProgram("ip", this.#exec(program, args));
  }

  /** Sets kernel variables, e.g. `net.ipv4.ip_forward=1`. */
  async sysctl(...settings: readonly string[]): Promise<void> {
    await this.run("sysctl", "-q", "-w", ...settings);
  }

  /**
   * The resolver of all programs in it, those already running included.
   * @param options of resolv.conf; by default a dead server costs a second, and nobody is asked twice
   */
  async setNameservers(addresses: readonly string[], options = "timeout:1 attempts:1"): Promise<void> {
    const lines = addresses.map((address) => `nameserver ${address}\n`).join("");
    // Written in place: the file is bind-mounted into running programs, a renamed one would not be seen.
    await Deno.writeTextFile(`${ETC}/${this.name}/resolv.conf`, `${lines}options ${options}\n`);
  }

  /** What `startChild` is to be called with to start a program in it. */
  command(program: string, args: readonly string[]): readonly [string, readonly string[]] {
    return ["ip", this.#exec(program, args)];
  }

  async #batch(flags: readonly string[], lines: readonly string[]): Promise<void> {
    const input = lines.map((line) => `${line}\n`).join("");
    await mustRun("ip", ["-n", this.name, ...flags, "-batch", "-"], input);
  }

  #exec(program: string, args: readonly string[]): string[] {
    return ["netns", "exec", this.name, program, ...args];
  }
}

/** The namespaces of one lab. */
export class Namespaces implements AsyncDisposable {
  readonly #prefix = `${PREFIX}-${Deno.pid}-${++labs}`;
  readonly #made: Namespace[] = [];

  /** Makes a namespace with loopback up and no resolver. @throws {Error} that says what is needed */
  async add(role: string): Promise<Namespace> {
    const namespace = new Namespace(`${this.#prefix}-${role}`);
    const etc = `${ETC}/${namespace.name}`;
    await Deno.mkdir(etc, { recursive: true });
    this.#made.push(namespace);
    await Deno.writeTextFile(`${etc}/resolv.conf`, "");
    await Deno.writeTextFile(`${etc}/hosts`, "127.0.0.1 localhost\n::1 localhost\n");
    await Deno.writeTextFile(`${etc}/nsswitch.conf`, "hosts: files dns\n");
    await mustRun("ip", ["netns", "add", namespace.name]);
    await namespace.sysctl(
      "net.ipv6.conf.default.accept_dad=0",
      "net.ipv6.conf.default.accept_ra=0",
      "net.ipv4.conf.default.rp_filter=0",
      "net.ipv4.conf.all.rp_filter=0",
    );
    await namespace.ip("link set lo up");
    return namespace;
  }

  /** Joins two namespaces by a pair of interfaces, both up. */
  async join(left: Namespace, leftName: string, right: Namespace, rightName: string): Promise<void> {
    const pair = `link add name ${leftName} netns ${left.name} type veth peer name ${rightName}`;
    await mustRun("ip", ["-batch", "-"], `${pair} netns ${right.name}\n`);
    await Promise.all([left.ip(`link set ${leftName} up`), right.ip(`link set ${rightName} up`)]);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const { name } of this.#made.splice(0).reverse()) await removeNamespace(name);
  }
}

/** A folder for files of a lab; readable by everyone, since squid gives up root. */
export async function makeLabFolder(): Promise<string> {
  const folder = await Deno.makeTempDir({ prefix: `${PREFIX}-${Deno.pid}-` });
  await Deno.chmod(folder, 0o755);
  return folder;
}

/** Removes what runs left behind whose process is gone: programs, namespaces, folders. */
export async function sweepLeftovers(): Promise<void> {
  for (const name of new Set([...await leftIn("/run/netns"), ...await leftIn(ETC)])) {
    await removeNamespace(name);
  }
  for (const name of await leftIn(tmpdir())) {
    await Deno.remove(`${tmpdir()}/${name}`, { recursive: true }).catch(() => {});
  }
}

async function leftIn(folder: string): Promise<string[]> {
  const left: string[] = [];
  try {
    for await (const { name } of Deno.readDir(folder)) {
      const pid = new RegExp(`^${PREFIX}-(\\d+)-`).exec(name)?.[1];
      if (pid !== undefined && !await alive(Number(pid))) left.push(name);
    }
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  return left;
}

async function alive(pid: number): Promise<boolean> {
  return await Deno.stat(`/proc/${pid}`).then(() => true, () => false);
}

async function removeNamespace(name: string): Promise<void> {
  const { stdout } = await runProgram("ip", ["netns", "pids", name]);
  for (const pid of stdout.split("\n").filter((line) => line !== "")) {
    try {
      Deno.kill(Number(pid), "SIGKILL");
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  }
  await runProgram("ip", ["netns", "delete", name]);
  await Deno.remove(`${ETC}/${name}`, { recursive: true }).catch(() => {});
}
