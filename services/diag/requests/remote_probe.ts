/**
 * A bare GET to a host that is no controller, without identity and without a check of the server's certificate
 * (`spec/diag.md §5.2`, decisions.md 16): does the port lead anywhere at all? It has connections of its own, so that nothing
 * of it is ever used for the controller (D18).
 */
import { Connections } from "../../../controllerconn/connect/connections.ts";
import { exchange } from "../../../controllerconn/connect/exchange.ts";
import { portResolver } from "../../../controllerconn/dns/port_resolver.ts";
import { lookupProxy } from "../../../controllerconn/proxy/lookup_proxy.ts";
import { PacAnswers } from "../../../controllerconn/proxy/pac_answers.ts";
import { proxyText } from "../../../controllerconn/proxy/proxy_choice.ts";
import { type AgentMetrics, SenderStatus } from "../../../controllerconn/mod.ts";
import { type Device, releasedAt } from "../../agent/mod.ts";
import { type ConfigItemValueMap, intItem, type NetworkPortStatus, stringItem } from "../../topics/mod.ts";
import { usableOf } from "../facts/network.ts";
import type { RequestFailure } from "../facts/port_outcome.ts";
import { hostsText } from "./hosts_text.ts";
import { statusWords } from "./outcome.ts";

/** A probe's answer is not looked at. */
const MAX_BODY = 65_536;

/** What one probe gave: any answer at all is a success (D17). */
export type ProbeResult = RequestFailure | { readonly success: string };

/** The hosts of the settings, with scheme; none where they are empty. */
export function probeUrls(items: ConfigItemValueMap | undefined): string[] {
  return (["http", "https"] as const).flatMap((scheme) => {
    const text = stringItem(items, `diag.probe.remote.${scheme}.endpoint`).trim();
    return text === "" ? [] : [text.includes("://") ? text : `${scheme}://${text}`];
  });
}

/** One probe over the first usable address. Never throws. */
export async function probe(
  device: Device,
  { port, url, items, metrics, signal }: {
    readonly port: NetworkPortStatus;
    readonly url: string;
    readonly items: ConfigItemValueMap | undefined;
    readonly metrics: AgentMetrics;
    readonly signal: AbortSignal;
  },
): Promise<ProbeResult> {
  const target = URL.parse(url);
  const [sourceAddr] = usableOf(port);
  if (target === null || !/^https?:$/.test(target.protocol) || sourceAddr === undefined) {
    return failed("resolve", "dns", `${url}: expected an http or https URL, and a port with an address`);
  }
  const resolve = portResolver(() => hostsText(device.paths), () => device.random.next());
  const pac = new PacAnswers(resolve, () => device.clock.now(), () => device.clock.monotonic());
  const connections = new Connections(1_000);
  const started = device.clock.monotonic();
  try {
    const { choices: [proxy = { kind: "direct" as const }] } = await lookupProxy(
      port,
      target,
      (text, href, host, each) => pac.find(text, href, host, each, signal),
    );
    const result = await exchange({
      target,
      proxy,
      tls: { ca: [], lookAt: "server" },
      sourceAddr,
      servers: port.DNSServers ?? [],
      resolve,
      dialTimeoutMs: intItem(items, "timer.dial.timeout") * 1000,
      signal,
      headers: () => ({ "User-Agent": "eve-comms" }),
      body: undefined,
      agent: connections.agent({
        sourceAddr,
        proxy: proxyText(proxy),
        ...(target.protocol === "https:" ? { tls: noTrust } : {}),
      }),
      maxResponseBytes: MAX_BODY,
    }, { now: device.clock.now(), builtAt: releasedAt });
    if ("answer" in result) {
      const { code, body } = result.answer;
      metrics.recordSuccess(port.IfName, url, 0, body.length, device.clock.monotonic() - started, false);
      return { success: statusWords(code) };
    }
    metrics.recordFailure(port.IfName, url, 0, 0);
    const { kind, layer, text } = result.failure;
    return failed(kind, layer, text, proxy.kind === "proxy" ? proxyText(proxy) : undefined);
  } finally {
    pac.close();
    connections.close();
  }
}

const noTrust = {
  trust: { ca: [], problems: [], rootsUsable: false },
  identity: { certPem: new Uint8Array(0), certHash: new Uint8Array(0), sign: () => Promise.reject() },
} as const;

function failed(
  kind: RequestFailure["kind"],
  layer: RequestFailure["layer"],
  text: string,
  proxy?: string,
): RequestFailure {
  const status = { httpStatus: 0, senderStatus: SenderStatus.SenderStatusNone };
  return { kind, layer, ...status, text, ...(proxy === undefined ? {} : { proxy }) };
}
