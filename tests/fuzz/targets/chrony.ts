/** What chronyd answers: `[command, bytes]`. It is read whole, passed over, or refused as no reply. */
import {
  ChronyCommand,
  chronyReply,
  ntpData,
  sourceCount,
  sourceData,
  sourceName,
} from "../../../services/zedagent/ntp/chrony_packets.ts";
import { ntpSources } from "../../../services/zedagent/ntp/ntp_sources.ts";
import { anyBytes, bytesOf } from "../mutate.ts";
import { rule, type Target } from "../target.ts";

const commands = Object.values(ChronyCommand);
const formats: Readonly<Record<ChronyCommand, number>> = {
  [ChronyCommand.N_SOURCES]: 2,
  [ChronyCommand.SOURCE_DATA]: 3,
  [ChronyCommand.NTP_DATA]: 16,
  [ChronyCommand.NTP_SOURCE_NAME]: 19,
};

/** See above. */
export const chrony: Target = {
  name: "chrony",
  runsInCi: 20_000,
  make(dice) {
    const command = dice.pick(commands);
    const head = [6, 2, 0, 0, 0, command, 0, formats[command], ...Array(11).fill(0), 1, ...Array(8).fill(0)];
    const header = String.fromCharCode(...head);
    const content = anyBytes(dice, 300);
    return [
      String(command),
      dice.oneIn(8) ? content : header + (dice.oneIn(3) ? content : content.padEnd(300, "\xff")),
    ];
  },
  check([text = "", packet = ""]) {
    const command = commands.find((each) => String(each) === text) ?? ChronyCommand.N_SOURCES;
    let reply;
    try {
      reply = chronyReply(bytesOf(packet), command, 1);
    } catch (error) {
      rule(error instanceof TypeError, "what is no reply is refused with words");
      return;
    }
    if (reply === undefined || reply.status !== 0) return;
    const { content } = reply;
    if (command === ChronyCommand.N_SOURCES) rule(sourceCount(content) >= 0, "a number of sources");
    if (command === ChronyCommand.NTP_SOURCE_NAME) rule(!sourceName(content).includes("\0"), "a name");
    if (command !== ChronyCommand.SOURCE_DATA && command !== ChronyCommand.NTP_DATA) return;
    const source = sourceData(new DataView(new ArrayBuffer(48)));
    const known = command === ChronyCommand.SOURCE_DATA
      ? { source: sourceData(content) }
      : { source, ntp: ntpData(content) };
    const [told] = ntpSources([known]).sources ?? [];
    rule(
      Number.isFinite(told?.offset) && (told?.state ?? 7) <= 6 && (told?.mode ?? 4) <= 3,
      "a source as the API has it",
    );
  },
};
