/** diag as a process, with the permissions of the executable, against a real controller and a bus that a test fills. */
import { assert, assertEquals } from "@std/assert";
import { permissionFlags } from "../../scripts/permissions.ts";
import { type Bus, openBus } from "../pubsub/mod.ts";
import { goConfigSection, topics } from "../topics/mod.ts";
import type { BusView } from "./bus/view.ts";
import { type DiagSite, disconnectedBus, healthyBus, openDiagSite } from "./test_site.ts";

const main = new URL("./main.ts", import.meta.url).pathname;

/** Publishes the topics that our programs publish. */
function publish(bus: Bus, view: Partial<BusView>): void {
  const { led, network, portConfigs, onboarding, zedagent, logs, items } = view;
  if (led !== undefined) bus.publication(topics.global.LedBlinkCounter).publish("ledconfig", led);
  if (network !== undefined) bus.publication(topics.nim.DeviceNetworkStatus).publish("global", network);
  if (portConfigs !== undefined) {
    bus.publication(topics.nim.DevicePortConfigList).publish("global", portConfigs);
  }
  if (onboarding !== undefined) {
    bus.publication(topics.zedclient.OnboardingStatus).publish("global", onboarding);
  }
  if (zedagent !== undefined) bus.publication(topics.zedagent.ZedAgentStatus).publish("zedagent", zedagent);
  if (logs !== undefined) bus.publication(topics.loguploader.NewlogMetrics).publish("global", logs);
  if (items !== undefined) bus.publication(topics.zedagent.ConfigItemValueMap).publish("global", items);
}

/** No probes: settings that say nothing. */
const items = { GlobalSettings: {}, AgentSettings: {} };

/** With the bus of another process in place; without `items` diag waits for more. */
async function withBus(view: Partial<BusView>, work: (site: DiagSite) => Promise<void>): Promise<void> {
  await using site = await openDiagSite();
  const end = new AbortController();
  publish(openBus({ root: site.made.root, signal: end.signal, report: () => {} }), view);
  try {
    await work(site);
  } finally {
    end.abort();
  }
}

async function diag(
  root: string,
  ...more: string[]
): Promise<{ code: number; stdout: string; lines: string[]; took: number }> {
  const start = performance.now();
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--quiet",
      "--no-check",
      "--no-lock",
      ...permissionFlags("diag"),
      main,
      "--root",
      root,
      ...more,
    ],
    stdin: "null",
  }).output();
  const text = new TextDecoder();
  return {
    code,
    stdout: text.decode(stdout),
    lines: (text.decode(stdout) + text.decode(stderr)).split("\n"),
    took: performance.now() - start,
  };
}

function asked({ controller }: DiagSite): string[] {
  return controller.requests.map(({ method, endpoint }) => `${method} ${endpoint}`);
}

Deno.test("[diag#9][diag#31] --once: one ping and one uuid over the port, PASS for it and in the verdict, code 0, nothing written", async () => {
  await withBus(disconnectedBus({ items }), async (site) => {
    const before = listing(site.made.root);
    const { code, lines } = await diag(site.made.root, "--once");
    assertEquals(asked(site), ["GET ping", "POST uuid"]);
    assert(lines.includes("PASS: lo: the controller answers and knows this device"), lines.join("\n"));
    assert(lines.includes("PASS: all 1 management ports passed"), lines.join("\n"));
    assertEquals(code, 0, lines.join("\n"));
    assertEquals(listing(site.made.root), before, "nothing on the device has changed");
  });
});

Deno.test("[diag#14] a uuid answer signed by an unknown certificate: a single POST, and the port has not passed", async () => {
  await withBus(disconnectedBus({ items }), async (site) => {
    site.controller.faults.add("uuid", { envelope: "unknown-hash" });
    const { code, lines } = await diag(site.made.root, "--once");
    assertEquals(site.controller.requests.filter(({ endpoint }) => endpoint === "uuid").length, 1);
    assert(lines.includes("WARNING: 0 of 1 management ports passed"), lines.join("\n"));
    assert(lines[1]?.startsWith("ERROR: EVE-CTL-ENVELOPE-002 lo: "), lines.join("\n"));
    assertEquals(code, 2);
  });
});

Deno.test("--once: a reader that goes early changes no exit code; JSON lets no control character through", async () => {
  const zedagent = { ...healthyBus().zedagent!, AttestError: "a\u009b2Jb" };
  const sections = new Map([["apps\u009b", goConfigSection.make({ State: "applied", Reason: "x" })]]);
  await withBus({ ...healthyBus({ items }), zedagent }, async ({ made: { root } }) => {
    const end = new AbortController();
    const bus = openBus({ root, signal: end.signal, report: () => {} });
    for (const [key, section] of sections) {
      bus.publication(topics.zedagent.ConfigSections).publish(key, section);
    }
    const command = [
      Deno.execPath(),
      "run",
      "--quiet",
      "--no-check",
      "--no-lock",
      ...permissionFlags("diag"),
    ];
    const words = [...command, main, "--root", root, "--once"].map((word) => `'${word}'`).join(" ");
    const early = await new Deno.Command("bash", { args: ["-c", `${words} | true; echo \${PIPESTATUS[0]}`] })
      .output();
    assertEquals(new TextDecoder().decode(early.stdout), "1\n", new TextDecoder().decode(early.stderr));
    assert(!new TextDecoder().decode(early.stderr).includes("fatal"), new TextDecoder().decode(early.stderr));
    const { stdout } = await diag(root, "--once", "--json");
    assert(!/[\u0080-\u009f]/.test(stdout), stdout);
    assertEquals(JSON.parse(stdout).config.map(({ section }: { section: string }) => section), [
      ...sections.keys(),
    ]);
    end.abort();
  });
});

Deno.test("--once on an empty bus: told after about 3 s, with code 2", async () => {
  await withBus({}, async ({ made: { root } }) => {
    const { code, lines, took } = await diag(root, "--once");
    assertEquals(code, 2);
    assert(took >= 3_000, `${took} ms`);
    assert(took < 8_000, `${took} ms`);
    const text = "nothing on the bus under nim/DeviceNetworkStatus";
    assert(
      lines.some((line) => line.startsWith("ERROR: EVE-BUS-NIM-001") && line.endsWith(text)),
      lines.join("\n"),
    );
  });
});

Deno.test("--once --json: one object with outcome, findings and the state of every layer; 1 where it is degraded", async () => {
  await withBus(
    { ...healthyBus({ items }), zedagent: { ...healthyBus().zedagent!, ConfigGetStatus: 2 } },
    async (site) => {
      const { code, stdout } = await diag(site.made.root, "--once", "--json");
      const report = JSON.parse(stdout);
      assertEquals([code, report.outcome, report.exitCode], [1, "degraded", 1], stdout);
      const [finding] = report.findings;
      assertEquals([report.findings.length, finding.code, finding.level], [
        1,
        "EVE-CTL-CONFIG-001",
        "WARNING",
      ]);
      assert(finding.cause !== "" && finding.remedy !== "" && finding.seen !== "");
      assert(
        report.layers.some((each: Record<string, string>) =>
          each["layer"] === "tls" && each["port"] === "lo" && each["state"] === "ok"
        ),
      );
      assertEquals(report.ports[0].test.uuid.answer, "200 OK");
      const key = site.made.device?.keyFile.split("\n")[1] ?? "?";
      assert(!stdout.includes("PRIVATE KEY") && !stdout.includes(key), "no secret");
    },
  );
});

Deno.test("--once: a controller that refuses, or is down, is told in words, with code 2", async () => {
  await withBus(disconnectedBus({ items }), async (site) => {
    site.controller.faults.add("ping", { status: 503 });
    const busy = await diag(site.made.root, "--once");
    assertEquals(busy.code, 2);
    assert(
      busy.lines.some((line) => line.startsWith("ERROR: lo: ") && line.includes("503")),
      busy.lines.join("\n"),
    );
    await site.controller.stop();
    const down = await diag(site.made.root, "--once");
    assertEquals(down.code, 2);
    assert(
      down.lines.some((line) => line.startsWith("ERROR: lo: ") && /refused/i.test(line)),
      down.lines.join("\n"),
    );
  });
});

Deno.test("--once: device files that can't be used are a finding, not the end of the report", async () => {
  await withBus(healthyBus({ items }), async ({ made }) => {
    Deno.writeTextFileSync(`${made.config}/root-certificate.pem`, "garbage");
    const { code, lines } = await diag(made.root, "--once");
    assertEquals(code, 2);
    const finding = lines.find((line) => line.startsWith("ERROR: EVE-CFG-ROOT-002"));
    assert(finding?.includes("root-certificate.pem"), lines.join("\n"));
    assert(lines.some((line) => line.includes("1 ports, 1 towards the controller")), lines.join("\n"));
  });
});

Deno.test("[diag#32][diag#27] without -f, with -r 0 -c 0: one report as soon as the bus says enough, then the end with 0; nothing is published", async () => {
  await withBus(healthyBus({ items }), async ({ made: { root } }) => {
    const { code, stdout } = await diag(root, "-r", "0", "-c", "0", "-s", `${root}/run/diag.out`);
    assertEquals(code, 0);
    assertEquals(stdout.match(/INFO: report/g)?.length, 1, stdout);
    assert(stdout.startsWith("\nINFO: report ") && stdout.includes("caused by first\n"), stdout);
    assertEquals(Deno.readTextFileSync(`${root}/run/diag.out`), stdout);
    assertEquals(
      Array.from(Deno.readDirSync(`${root}/run`), ({ name }) => name).filter((name) => name === "diag"),
      [],
    );
  });
});

Deno.test("command lines that mean nothing end with 2", async () => {
  for (const words of [["--once", "-f"], ["--json"], ["validate"], ["--once", "-s", "x"], ["look"]]) {
    const { code, lines } = await diag("/nowhere", ...words);
    assertEquals(code, 2, words.join(" "));
    assert(lines[0]?.startsWith("diag: "), lines.join("\n"));
  }
});

Deno.test("validate: a folder that is to be flashed, good and spoilt, offline", async () => {
  await using site = await openDiagSite({ root: { device: "none" } });
  const { config } = site.made;
  const good = await diag("/nowhere", "validate", config);
  assertEquals([good.code, good.stdout], [
    0,
    `PASS: ${config} is ready: a device will talk to ${site.server}\n`,
  ]);
  const spoilt: readonly (readonly [string, string | undefined, string])[] = [
    ["server", undefined, "EVE-CFG-SERVER-001"],
    ["server", "two words", "EVE-CFG-SERVER-002"],
    ["root-certificate.pem", "garbage", "EVE-CFG-ROOT-002"],
    ["onboard.key.pem", undefined, "EVE-ID-ONBOARD-001"],
    ["onboard.key.pem", "garbage", "EVE-ID-ONBOARD-002"],
  ];
  for (const [file, content, code] of spoilt) {
    const path = `${config}/${file}`;
    const before = Deno.readTextFileSync(path);
    if (content === undefined) Deno.removeSync(path);
    else Deno.writeTextFileSync(path, content);
    const found = await diag("/nowhere", "validate", config);
    assertEquals(found.code, 2, file);
    assert(found.stdout.startsWith(`ERROR: ${code} `), found.stdout);
    Deno.writeTextFileSync(path, before);
  }
  const json = JSON.parse((await diag("/nowhere", "--json", "validate", config)).stdout);
  assertEquals([json.outcome, json.findings], ["ok", []]);
  assertEquals(site.controller.requests, [], "nothing is sent");
});

function listing(folder: string): string[] {
  return [...Deno.readDirSync(folder)].flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    return entry.isDirectory ? listing(path) : [`${path} ${Deno.statSync(path).mtime?.getTime()}`];
  }).sort();
}
