/** Values of the bus against diag's report: `[topic path, text, topic path, text, …]`. */
import { type BusView, emptyBus } from "../../../services/diag/bus/view.ts";
import { terminalJson } from "../../../services/diag/one_line.ts";
import { printed } from "../../../services/diag/report/line.ts";
import { outdatesRequests, triggerOf } from "../../../services/diag/running/changes.ts";
import { type Topic, topicPath } from "../../../services/pubsub/mod.ts";
import { topics } from "../../../services/topics/mod.ts";
import { reportFrom, reportOf } from "../../golden/report_of.ts";
import { situations } from "../../golden/situations.ts";
import { examples } from "../examples.ts";
import { refusing, rule, type Target } from "../target.ts";
import { anyEntry } from "./entries.ts";

const read: readonly Topic<unknown>[] = [
  topics.nim.DeviceNetworkStatus,
  topics.nim.DevicePortConfigList,
  topics.global.LedBlinkCounter,
  topics.zedclient.OnboardingStatus,
  topics.zedagent.ZedAgentStatus,
  topics.vaultmgr.VaultStatus,
  topics.zedmanager.AppInstanceSummary,
  topics.zedmanager.AppInstanceStatus,
  topics.downloader.DownloaderStatus,
  topics.zedkube.NodeDrainStatus,
  topics.nodeagent.NodeAgentStatus,
  topics.baseosmgr.ZbootStatus,
  topics.loguploader.NewlogMetrics,
  topics.zedagent.ConfigSections,
];
const names = Object.keys(situations);

/** See above. The first text names the situation whose other facts hold. */
export const reports: Target = {
  name: "reports",
  runsInCi: 1_500,
  dearness: 10,
  make(dice) {
    const values = read.flatMap((topic) => {
      const path = topicPath(topic);
      return dice.oneIn(3) ? [] : [path, anyEntry(dice, examples().get(path)?.texts ?? ["{}"])];
    });
    return [dice.pick(names), ...values];
  },
  check([name = "", ...values]) {
    if (!names.includes(name)) return;
    const texts = new Map<string, string>();
    for (let index = 0; index + 1 < values.length; index += 2) {
      texts.set(values[index] ?? "", values[index + 1] ?? "");
    }
    const bus = viewOf(texts);
    const { facts } = reportOf(name);
    const report = reportFrom({ ...facts, bus });
    for (const line of report.lines) {
      const text = printed(line).trim();
      rule(
        /^(INFO|PASS|WARNING|ERROR): [^\p{Cc}\u2028-\u202e]*$/u.test(text),
        "one line with a level, and nothing that moves a cursor",
      );
      rule(text.length < 1_100, "no line pushes the others away");
    }
    const json = terminalJson(JSON.stringify(report.json));
    rule(!/\p{Cc}/u.test(json), "no control character in JSON");
    rule(JSON.stringify(JSON.parse(json)) === JSON.stringify(report.json), "and it is the same value");
    triggerOf(facts.bus, bus);
    outdatesRequests(facts.bus, bus);
  },
};

function viewOf(texts: ReadonlyMap<string, string>): BusView {
  const one = <T>(topic: Topic<T>): T | undefined => {
    const text = texts.get(topicPath(topic));
    if (text === undefined) return undefined;
    return refusing(() => topic.codec.decode(text), (error) => error instanceof TypeError);
  };
  const each = <T>(topic: Topic<T>): ReadonlyMap<string, T> => {
    const value = one(topic);
    return new Map(value === undefined ? [] : [["key", value]]);
  };
  return {
    ...emptyBus,
    network: one(topics.nim.DeviceNetworkStatus),
    portConfigs: one(topics.nim.DevicePortConfigList),
    led: one(topics.global.LedBlinkCounter),
    onboarding: one(topics.zedclient.OnboardingStatus),
    zedagent: one(topics.zedagent.ZedAgentStatus),
    vault: one(topics.vaultmgr.VaultStatus),
    appSummary: one(topics.zedmanager.AppInstanceSummary),
    apps: each(topics.zedmanager.AppInstanceStatus),
    downloads: each(topics.downloader.DownloaderStatus),
    drain: one(topics.zedkube.NodeDrainStatus),
    nodeagent: one(topics.nodeagent.NodeAgentStatus),
    partitions: each(topics.baseosmgr.ZbootStatus),
    logs: one(topics.loguploader.NewlogMetrics),
    sections: each(topics.zedagent.ConfigSections),
  };
}
