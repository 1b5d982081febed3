/**
 * Debian's dhcpcd as EVE has it, inside a namespace: its hook leaves `resolv.conf/<if>.{dhcp,dhcp6,ra}` below the device's
 * root and never touches `/etc/resolv.conf`; without privilege separation, which keeps `dhcpcd -U` from answering; leases
 * and pid files are the namespace's own.
 */
import type { Commands } from "../../services/agent/mod.ts";
import { runProgram } from "./command.ts";
import type { Namespace } from "./namespaces.ts";

/** dhcpcd's own folders, below a root and on the machine. */
const folders = ["/run/dhcpcd", "/var/lib/dhcpcd"] as const;

const hook = `#!/bin/sh
# Leaves name servers where nim looks for them; called by dhcpcd.
put() {
  file="$root/run/dhcpcd/resolv.conf/$interface.$1"; shift
  if [ -z "$1" ]; then rm -f "$file"; return; fi
  { echo "# made by dhcpcd"; [ -n "$2" ] && echo "search $2"; for s in $1; do echo "nameserver $s"; done; } > "$file.tmp"
  mv "$file.tmp" "$file"
}
case "$reason" in
BOUND|RENEW|REBIND|REBOOT|STATIC|INFORM|TIMEOUT|IPV4LL) put dhcp "$new_domain_name_servers" "\${new_domain_search:-$new_domain_name}" ;;
EXPIRE|FAIL|NAK|RELEASE|STOP|NOCARRIER|STOPPED) put dhcp ""; [ "$reason" = NOCARRIER ] && { put dhcp6 ""; put ra ""; } ;;
BOUND6|RENEW6|REBIND6|REBOOT6|INFORM6) put dhcp6 "$new_dhcp6_name_servers" "$new_dhcp6_domain_search" ;;
EXPIRE6|STOP6|RELEASE6) put dhcp6 "" ;;
ROUTERADVERT) put ra "$nd1_rdnss1_servers" "$nd1_dnssl1_search" ;;
esac
exit 0
`;

/** Programs of a device whose dhcpcd is as EVE's. */
export class DhcpDevice {
  private constructor(
    readonly namespace: Namespace,
    /** The device's root, what `--root` is to name. */
    readonly root: string,
  ) {}

  /** @param root an existing folder; `/run/dhcpcd`, `/var/lib/dhcpcd` and `/etc/resolv.conf` are made in it */
  static async prepare(namespace: Namespace, root: string): Promise<DhcpDevice> {
    const etc = `/etc/netns/${namespace.name}`;
    for (const folder of folders) {
      await Deno.mkdir(folder, { recursive: true });
      await Deno.mkdir(`${root}${folder}`, { recursive: true });
    }
    await Deno.mkdir(`${root}/run/dhcpcd/resolv.conf`, { recursive: true });
    await Deno.mkdir(`${root}/etc`, { recursive: true });
    await Deno.writeTextFile(`${root}/etc/resolv.conf`, "");
    const script = `${root}/dhcpcd-hook`;
    await Deno.writeTextFile(script, hook.replaceAll("$root", root), { mode: 0o755 });
    await Deno.writeTextFile(
      `${etc}/dhcpcd.conf`,
      `script ${script}\nnoarp\nnodelay\nslaac hwaddr\n` +
        "option domain_name_servers, domain_name, domain_search, ntp_servers\n",
    );
    const users = (await Deno.readTextFile("/etc/passwd")).split("\n");
    await Deno.writeTextFile(`${etc}/passwd`, users.filter((line) => !/^_?dhcpcd:/.test(line)).join("\n"));
    return new DhcpDevice(namespace, root);
  }

  /** What `startChild` is to be called with to start a program there; it sees the root's `/etc/resolv.conf`, too. */
  command(program: string, args: readonly string[]): readonly [string, readonly string[]] {
    const mounts = [...folders, "/etc/resolv.conf"].map((path) =>
      `mount --bind '${this.root}${path}' ${path}`
    );
    return this.namespace.command("sh", [
      "-c",
      `${mounts.join(" && ")} && exec "$@"`,
      "sh",
      program,
      ...args,
    ]);
  }

  /** For parts of nim that run in the test's own process. */
  get commands(): Commands {
    return {
      run: async (name, args) => {
        const [program, words] = this.command(name, args);
        return await runProgram(program, words);
      },
    };
  }
}
