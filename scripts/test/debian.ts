/** What the tests need from Debian: installs it when it may, otherwise says the one line to type (decisions.md 23). */

/** A package and a file that proves that it is there. */
interface Need {
  readonly package: string;
  readonly file: string;
}

const needs: readonly Need[] = [
  { package: "qemu-user-static", file: "/usr/bin/qemu-aarch64-static" },
  { package: "libc6-arm64-cross", file: "/usr/aarch64-linux-gnu/lib/libc.so.6" },
  { package: "libgcc-s1-arm64-cross", file: "/usr/aarch64-linux-gnu/lib/libgcc_s.so.1" },
  { package: "openssl", file: "/usr/bin/openssl" },
  { package: "iproute2", file: "/usr/bin/ip" },
  { package: "jq", file: "/usr/bin/jq" },
  { package: "strace", file: "/usr/bin/strace" },
  { package: "python3", file: "/usr/bin/python3" },
  { package: "curl", file: "/usr/bin/curl" },
  { package: "nftables", file: "/usr/sbin/nft" },
  { package: "procps", file: "/usr/sbin/sysctl" },
  { package: "squid-openssl", file: "/usr/sbin/squid" },
  { package: "swtpm", file: "/usr/bin/swtpm" },
  { package: "chromium", file: "/usr/bin/chromium" },
  { package: "tpm2-tools", file: "/usr/bin/tpm2_sign" },
  { package: "nginx", file: "/usr/sbin/nginx" },
  { package: "wpasupplicant", file: "/usr/sbin/wpa_supplicant" },
  { package: "hostapd", file: "/usr/sbin/hostapd" },
  { package: "faketime", file: "/usr/bin/faketime" },
  { package: "chrony", file: "/usr/sbin/chronyd" },
  { package: "dhcpcd-base", file: "/usr/sbin/dhcpcd" },
  { package: "dnsmasq-base", file: "/usr/sbin/dnsmasq" },
];

async function exists(file: string): Promise<boolean> {
  return await Deno.stat(file).then(() => true, () => false);
}

async function missing(): Promise<string[]> {
  const gone: string[] = [];
  for (const need of needs) {
    if (!await exists(need.file) && !await exists(need.file.replace("/usr/bin/", "/usr/sbin/"))) {
      gone.push(need.package);
    }
  }
  return gone;
}

async function apt(args: readonly string[]): Promise<boolean> {
  const command = new Deno.Command("apt-get", {
    args: [...args],
    env: { DEBIAN_FRONTEND: "noninteractive" },
    stdin: "null",
    stdout: "null",
  });
  return (await command.output().catch(() => ({ success: false }))).success;
}

/** @throws with the line to type when something is missing and can't be installed from here */
export async function bringWhatTestsNeed(): Promise<void> {
  const wanted = await missing();
  if (wanted.length === 0) return;
  const line = `apt-get install -y ${wanted.join(" ")}`;
  if (Deno.uid() === 0 && await exists("/usr/bin/apt-get")) {
    console.log(`== installing from Debian: ${wanted.join(" ")}`);
    await apt(["-qq", "update"]);
    await apt(["-qq", "install", "-y", "--no-install-recommends", ...wanted]);
  }
  if ((await missing()).length > 0) {
    throw new Error(`the tests need packages that are not here; type:\n  ${line}`);
  }
}
