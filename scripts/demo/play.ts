/** The acts of the demo, in order. */
import { topics } from "../../services/topics/mod.ts";
import { app, firstConfig, secondConfig } from "./configs.ts";
import type { Processes } from "./processes.ts";
import { playNewlogd, type Site, startAgain, stopController, writeLogs } from "./site.ts";
import type { Story } from "./story.ts";

/** @throws {StepFailed} */
export async function play(
  story: Story,
  site: Site,
  processes: Processes,
  signal: AbortSignal,
): Promise<void> {
  story.tell(
    `device root ${site.root}, controller ${site.controller.deviceUrl}, admin ${site.controller.adminUrl}`,
  );
  const files = await writeLogs(site, 12, 8);
  story.tell(`${files} gzip log files wait in devUpload and appUpload`);
  playNewlogd(site, signal);
  void processes.watchMemory(signal);
  await onboard(story, site, processes);
  await configure(story, site, processes, files);
  await change(story, site, processes);
  const produced = files + await outage(story, site, processes);
  await examine(story, site, processes);
  const reports = site.controller.reports(uuidOf(site));
  const arrived = (await reports.logs()).length + (await reports.appLogs(app.uuid)).length;
  if (arrived < produced) throw new Error(`only ${arrived} of ${produced} log files are at the controller`);
  summary(story, processes, `${arrived} of ${produced}`);
}

async function onboard(story: Story, site: Site, processes: Processes): Promise<void> {
  const { device, root } = site;
  processes.start("nim", ["--root", root, "--ports", site.portsFile]);
  processes.start("zedagent", ["--root", root, "--standalone"]);
  processes.start("loguploader", ["--root", root]);
  const client = processes.start("client", ["--root", root, "selfRegister", "getUuid"]);
  story.tell("started: nim, zedagent --standalone, loguploader, client selfRegister getUuid");
  await story.step("certificates", client.log, () => {
    return device.exists("persist/checkpoint/controllercerts")
      ? "certificates fetched and verified up to root-certificate.pem"
      : undefined;
  });
  await story.step("registered", client.log, () => {
    const [found] = site.controller.devices();
    return found === undefined ? undefined : `registered at the controller as ${found.uuid}`;
  });
  const uuid = uuidOf(site);
  site.controller.putConfig(uuid, firstConfig(), { timestampMs: Date.now() });
  await story.step("uuid", client.log, () => {
    return device.text("persist/status/uuid") === `${uuid}\n`
      ? `the device knows its UUID: ${uuid}`
      : undefined;
  });
  const code = await client.ended;
  if (code !== 0) throw new Error(`client ended with ${code}; see ${client.log}`);
}

async function configure(story: Story, site: Site, processes: Processes, files: number): Promise<void> {
  const { device } = site;
  const log = processes.logOf("zedagent");
  await story.step("attested", log, () => {
    return device.exists("run/eve.integrity_token")
      ? "attested without a TPM: integrity token received"
      : undefined;
  });
  await story.step("config", log, () => {
    const info = device.json("run/zedagent/EdgeNodeInfo/global.json");
    return info?.["DeviceName"] === "demo-device" && device.exists("persist/checkpoint/lastconfig")
      ? "config version 1 verified, checkpointed and applied"
      : undefined;
  });
  await story.step("bus", log, () => {
    const found = [...device.topics()].filter(([name]) => name.startsWith("zedagent/")).map(([name]) =>
      name.slice(9)
    );
    return found.length >= 6 ? `on the bus from zedagent: ${found.sort().join(", ")}` : undefined;
  });
  let told = 0;
  await story.step("logs", processes.logOf("loguploader"), () => {
    const delivered = files - device.logsWaiting();
    if (delivered === files) return `logs delivered: ${files} of ${files}`;
    if (delivered >= told + 5) {
      told = delivered;
      story.tell(`logs delivered: ${delivered} of ${files}`);
    }
    return undefined;
  }, 30_000);
  await story.step("info", log, async () => {
    const received = await site.controller.reports(uuidOf(site)).info();
    const dinfo = received.map(({ content }) => content.dinfo).find((each) => each !== null);
    return dinfo === undefined ? undefined : `device info received: host ${dinfo?.HostName || "(no name)"}`;
  });
  await story.step("metrics", log, async () => {
    const received = await site.controller.reports(uuidOf(site)).metrics();
    const urls = received.at(-1)?.content.dm?.zedcloud.flatMap((port) => port.urlMetrics).length ?? 0;
    return urls === 0
      ? undefined
      : `metrics received: ${received.length} messages, the last with counters of ${urls} URLs`;
  });
}

async function change(story: Story, site: Site, processes: Processes): Promise<void> {
  const { device } = site;
  const log = processes.logOf("zedagent");
  site.controller.putConfig(uuidOf(site), secondConfig(), { timestampMs: Date.now() });
  story.tell(`config version 2 put at the controller: log level debug, app ${app.name}`);
  await story.step("app", log, () => {
    const name = device.json(`run/zedagent/AppInstanceConfig/${app.uuid}.json`)?.["DisplayName"];
    return name === app.name ? `the bus follows: AppInstanceConfig/${app.uuid} is ${name}` : undefined;
  });
  await story.step("item", log, () => {
    const text = device.text("run/zedagent/ConfigItemValueMap/global.json");
    const level = text === undefined
      ? undefined
      : topics.zedagent.ConfigItemValueMap.codec.decode(text).GlobalSettings["debug.default.loglevel"]
        ?.StrValue;
    return level === "debug" ? "the bus follows: debug.default.loglevel is debug" : undefined;
  });
}

/** @returns how many log files were written meanwhile */
async function outage(story: Story, site: Site, processes: Processes): Promise<number> {
  const { device } = site;
  const status = () => device.json("run/zedagent/ZedAgentStatus/zedagent.json")?.["ConfigGetStatus"];
  await stopController(site);
  story.tell("controller stopped");
  const files = await writeLogs(site, 4, 2);
  story.tell(`${files} more log files wait`);
  await story.step("outage seen", processes.logOf("zedagent"), () => {
    return status() === 2 ? "zedagent retries: ConfigGetStatus is 2 (ConfigGetFail)" : undefined;
  }, 30_000);
  await story.step("uploads fail", processes.logOf("loguploader"), () => {
    const metrics = device.json("run/loguploader/NewlogMetrics/global.json");
    return metrics?.["FailedToSend"] === true
      ? `loguploader retries: FailedToSend is true, ${device.logsWaiting()} files kept`
      : undefined;
  }, 30_000);
  await startAgain(site);
  story.tell("controller started again");
  await story.step("recovered", processes.logOf("zedagent"), () => {
    return status() === 1 ? "zedagent recovered: ConfigGetStatus is 1 (ConfigGetSuccess)" : undefined;
  }, 30_000);
  await story.step("logs recovered", processes.logOf("loguploader"), () => {
    return device.logsWaiting() === 0 ? `logs delivered after the outage: ${files} of ${files}` : undefined;
  }, 60_000);
  return files;
}

async function examine(story: Story, site: Site, processes: Processes): Promise<void> {
  const { code, text } = await processes.output("diag", ["--root", site.root, "--once"]);
  story.tell(`diag --once ended with ${code} and says:`);
  for (const line of text.trimEnd().split("\n")) story.print(`             ${line}`);
  if (code !== 0) {
    throw new Error(`diag --once ended with ${code}, expected 0; see ${processes.logOf("diag")}`);
  }
}

function summary(story: Story, { memory }: Processes, files: string): void {
  const seconds = (name: string) => `${story.timeOf(name).toFixed(2)} s`;
  story.print(`
time to onboarded   ${seconds("uuid")}
time to config      ${seconds("config")}
files delivered     ${files}, the first ones by ${seconds("logs")}
memory (peak PSS)   ${[...memory].map(([name, megabytes]) => `${name} ${megabytes.toFixed(0)} MB`).join(", ")}
whole demo          ${story.now().toFixed(1)} s`);
}

function uuidOf(site: Site): string {
  const [found] = site.controller.devices();
  if (found === undefined) throw new Error("the controller knows no device");
  return found.uuid;
}
