/** Programs of the system that the lab is built with: `ip`, `nft`, `sysctl`, `curl`, `openssl`. */

/** What a program said. */
export interface Said {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program to its end, whatever its exit code. @throws {Error} when it can't be started */
export async function runProgram(program: string, args: readonly string[], stdin = ""): Promise<Said> {
  let child: Deno.ChildProcess;
  try {
    child = new Deno.Command(program, {
      args: [...args],
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`${program} can't be started (${why}); ${WHAT_IS_NEEDED}`, { cause });
  }
  const writer = child.stdin.getWriter();
  const written = writer.write(new TextEncoder().encode(stdin)).then(() => writer.close()).catch(() => {});
  const [output] = await Promise.all([child.output(), written]);
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code: output.code, stdout: text(output.stdout), stderr: text(output.stderr) };
}

/** Runs a program that must succeed. @returns its standard output @throws {Error} with its words and what is needed */
export async function mustRun(program: string, args: readonly string[], stdin = ""): Promise<string> {
  const { code, stdout, stderr } = await runProgram(program, args, stdin);
  if (code === 0) return stdout;
  const input = stdin === "" ? "" : `\ninput:\n${stdin}`;
  throw new Error(
    `\`${program} ${args.join(" ")}\` failed with ${code}: ${stderr.trim()}${input}\n${WHAT_IS_NEEDED}`,
  );
}

/** Ends every message about a lab that can't be made. */
export const WHAT_IS_NEEDED =
  "tests/netns makes network namespaces: run it as root (CAP_NET_ADMIN, CAP_SYS_ADMIN) on Linux, after " +
  "`apt-get install -y iproute2 nftables procps squid-openssl curl openssl dhcpcd-base dnsmasq-base`";
