/** Twenty-two devices in trouble, and some without, as facts: what diag's golden reports are made of. Plain data. */
import type { RequestFailure, RequestOutcome } from "../../services/diag/facts/port_outcome.ts";
import type { Facts } from "../../services/diag/facts/facts.ts";
import type { BusView } from "../../services/diag/bus/view.ts";
import { emptyBus } from "../../services/diag/bus/view.ts";
import {
  DPCState,
  goAddrInfo,
  goAppInstanceStatus,
  goAppInstanceSummary,
  goDeviceNetworkStatus,
  goDevicePortConfig,
  goDevicePortConfigList,
  goDownloaderStatus,
  goNetworkPortStatus,
  goNewlogMetrics,
  goVaultStatus,
  goZedAgentStatus,
  LedBlink,
  type NetworkPortStatus,
  type ZedAgentStatus,
} from "../../services/topics/mod.ts";

/** One golden report. */
export interface Situation {
  readonly trigger: string;
  readonly facts: Facts;
}

const now = Date.UTC(2026, 7, 20, 9, 15, 2, 517);
const server = "zedcloud.example.org";
const pingUrl = `${server}/api/v2/edgedevice/ping`;
const uuidUrl = `${server}/api/v2/edgedevice/uuid`;

const eth0 = goNetworkPortStatus.make({
  IfName: "eth0",
  IsMgmt: true,
  IsL3Port: true,
  Up: true,
  Dhcp: 4,
  MacAddr: new Uint8Array([0x52, 0x54, 0, 0xaa, 0xbb, 1]),
  AddrInfoList: [goAddrInfo.make({ Addr: "192.0.2.10" })],
  DNSServers: ["192.0.2.1"],
  DefaultRouters: ["192.0.2.1"],
  NtpServers: ["pool.ntp.org"],
});
const wwan0: NetworkPortStatus = {
  ...eth0,
  IfName: "wwan0",
  Cost: 10,
  MacAddr: null,
  AddrInfoList: [goAddrInfo.make({ Addr: "198.51.100.77" })],
  DNSServers: ["198.51.100.1"],
  DefaultRouters: ["198.51.100.1"],
};
const app1 = goNetworkPortStatus.make({
  IfName: "eth1",
  IsL3Port: true,
  MacAddr: new Uint8Array([0x52, 0x54, 0, 0xaa, 0xbb, 2]),
});

const zedagent = goZedAgentStatus.make({
  ConfigGetStatus: 1,
  DeviceState: 1,
  AttestState: 7,
  VaultStatus: 2,
  PCRStatus: 1,
});
const app = (DisplayName: string, UUID: string, State: number, Error = "") =>
  goAppInstanceStatus.make({
    UUIDandVersion: { ...goAppInstanceStatus.zero().UUIDandVersion, UUID },
    DisplayName,
    State,
    Error,
  });

function connected(some: Partial<BusView> = {}, ports: readonly NetworkPortStatus[] = [eth0, app1]): BusView {
  return {
    ...emptyBus,
    led: { BlinkCounter: LedBlink.Onboarded },
    network: goDeviceNetworkStatus.make({ Version: 1, State: DPCState.DPC_SUCCESS, Ports: ports }),
    portConfigs: goDevicePortConfigList.make({
      PortConfigList: [
        goDevicePortConfig.make({ Key: "zedagent" }),
        goDevicePortConfig.make({ Key: "lastresort" }),
      ],
    }),
    onboarding: { DeviceUUID: "b4f1c7a2-6a54-4f5e-9d3b-2f6b7a0c1d2e", HardwareModel: "acme.box-3" },
    zedagent,
    vault: goVaultStatus.make({ UnlockMethod: 1 }),
    appSummary: goAppInstanceSummary.make({ TotalRunning: 2 }),
    apps: new Map([
      ["a", app("camera", "0b6f3c1e-1111-4222-8333-444455556666", 115)],
      ["b", app("gateway", "9d2210aa-1111-4222-8333-444455556666", 115)],
    ]),
    logs: goNewlogMetrics.make({}),
    ...some,
  };
}

function unconnected(some: Partial<BusView> = {}, ports?: readonly NetworkPortStatus[]): BusView {
  const bus = connected({ led: { BlinkCounter: LedBlink.Connecting }, ...some }, ports);
  return bus.network === undefined
    ? bus
    : { ...bus, network: { ...bus.network, State: DPCState.DPC_FAIL_WITH_IPANDDNS } };
}

function facts(bus: BusView, some: Partial<Facts> = {}): Facts {
  return {
    now,
    builtAt: 0,
    release: "16.3.0-kvm-amd64",
    files: {
      server,
      identity: { who: "device", inTpm: true, notBefore: 0, notAfter: Date.UTC(2046, 0, 1) },
      faults: [],
    },
    bus,
    live: true,
    damaged: [],
    logFolders: { waiting: 0, quarantined: 0, oldestMs: 0 },
    tests: undefined,
    nameServers: new Map(),
    lookup: undefined,
    ...some,
  };
}

const good = (method: "GET" | "POST", url: string): RequestOutcome => ({
  method,
  url,
  tries: 1,
  failures: [],
  success: "200 OK",
});
const resolved = { host: server, addresses: ["203.0.113.7"] };
const probes = ["http://www.google.com", "https://www.google.com"];

type Failure = Partial<RequestFailure> & Pick<RequestFailure, "kind" | "layer" | "text">;
const failed = (method: "GET" | "POST", url: string, failure: Failure, tries = 6): RequestOutcome => ({
  method,
  url,
  tries,
  failures: [{ failure: { httpStatus: 0, senderStatus: 0, ...failure }, times: tries }],
  ...(failure.proxy === undefined ? {} : { proxy: failure.proxy }),
});

/** Ping fails; the probes do as well, or one answers. */
function pingFails(failure: Failure, probeAnswer?: string, some: Partial<Facts> = {}, port = eth0): Facts {
  const outcomes = probes.map((url): RequestOutcome =>
    probeAnswer === undefined
      ? failed("GET", url, failure)
      : { method: "GET", url, tries: 1, failures: [], success: probeAnswer }
  );
  const test = { ping: failed("GET", pingUrl, failure), probes: outcomes, signer: "device" as const };
  const ports = port === eth0 ? undefined : [port, app1];
  return facts(unconnected({}, ports), { tests: new Map([[port.IfName, test]]), lookup: resolved, ...some });
}

function uuidFails(failure: Failure, some: Partial<BusView> = {}, tries = 6): Facts {
  const uuid = failed("POST", uuidUrl, failure, tries);
  const test = { ping: good("GET", pingUrl), uuid, probes: [], signer: "device" as const };
  return facts(unconnected(some), { tests: new Map([["eth0", test]]), lookup: resolved });
}

const status = (some: Partial<ZedAgentStatus>): ZedAgentStatus => ({ ...zedagent, ...some });
const http = (httpStatus: number, text: string): Failure => ({
  kind: "http-status",
  layer: "http",
  httpStatus,
  text,
});
const proxied: NetworkPortStatus = {
  ...eth0,
  Proxies: [{ type: 1, server: "proxy.acme.example", port: 3128 }],
};
const proxy = "http://proxy.acme.example:3128";
const download = goDownloaderStatus.make({
  Name: "camera.qcow2",
  ImageSha256: "3f8a0c55d1e2",
  Progress: 42,
  TotalSize: 1_073_741_824,
});

/** Name → situation. */
export const situations: Readonly<Record<string, Situation>> = {
  "connected": { trigger: "LED", facts: facts(connected({ downloads: new Map([["3f", download]]) })) },
  "empty-bus": { trigger: "once", facts: facts(emptyBus) },
  "server-missing": {
    trigger: "once",
    facts: facts(unconnected(), {
      tests: new Map(),
      files: {
        server: "",
        identity: { who: "device", inTpm: true, notAfter: Date.UTC(2046, 0, 1) },
        faults: [{
          code: "EVE-CFG-SERVER-001",
          text: "/config/server is missing: expected the controller's host[:port]",
        }],
      },
    }),
  },
  "key-of-another-device": {
    trigger: "first",
    facts: facts(unconnected(), {
      tests: new Map([["eth0", { ping: good("GET", pingUrl), probes: [], signer: "nobody" }]]),
      lookup: resolved,
      files: {
        server,
        identity: { who: "nobody", inTpm: false },
        faults: [{
          code: "EVE-ID-KEY-003",
          text:
            '/config/device.cert.pem and /config/device.key.pem: key file: the key does not belong to the certificate "CN=EVE"',
        }],
      },
    }),
  },
  "clock-wrong": {
    trigger: "first",
    facts: pingFails(
      {
        kind: "cert-not-yet-valid",
        layer: "tls",
        text: 'server certificate not accepted: "CN=zedcloud" is not valid yet',
      },
      "200 OK",
      { now: Date.UTC(2016, 0, 1, 0, 3), builtAt: Date.UTC(2026, 10, 25) },
    ),
  },
  "no-link": {
    trigger: "Network",
    facts: facts(
      unconnected({}, [{ ...eth0, Up: false, AddrInfoList: [], DNSServers: [], DefaultRouters: [] }, app1]),
      {
        tests: new Map(),
        lookup: { host: server, addresses: [], problem: "no answer within 10000 ms" },
      },
    ),
  },
  "no-dhcp": {
    trigger: "Network",
    facts: facts(
      unconnected({}, [{
        ...eth0,
        AddrInfoList: [goAddrInfo.make({ Addr: "169.254.17.4" })],
        DNSServers: [],
        DefaultRouters: [],
      }]),
      { tests: new Map(), lookup: { host: server, addresses: [], problem: "no answer within 10000 ms" } },
    ),
  },
  "no-gateway": {
    trigger: "Network",
    facts: pingFails(
      { kind: "unreachable", layer: "tcp", text: "connect ENETUNREACH 203.0.113.7:443" },
      undefined,
      {},
      { ...eth0, DefaultRouters: [] },
    ),
  },
  "name-servers-dead": {
    trigger: "Network",
    facts: pingFails({ kind: "resolve", layer: "dns", text: "getaddrinfo ENOTFOUND" }, undefined, {
      nameServers: new Map([["eth0", [{
        server: "192.0.2.1",
        addresses: [],
        problem: "no answer within 3000 ms",
      }]]]),
      lookup: { host: server, addresses: [], problem: "getaddrinfo ENOTFOUND zedcloud.example.org" },
    }),
  },
  "proxy-wants-password": {
    trigger: "Network",
    facts: pingFails(
      {
        kind: "proxy-auth",
        layer: "proxy",
        proxy,
        text: `proxy ${proxy} answered 407 to CONNECT ${server}:443`,
      },
      undefined,
      { lookup: { host: server, addresses: [], problem: "getaddrinfo ENOTFOUND" } },
      proxied,
    ),
  },
  "proxy-refuses": {
    trigger: "Network",
    facts: pingFails(
      {
        kind: "proxy-refused",
        layer: "proxy",
        proxy,
        text: `proxy ${proxy} answered 403 to CONNECT ${server}:443`,
      },
      "200 OK",
      {},
      proxied,
    ),
  },
  "firewall-drops": {
    trigger: "Network",
    facts: pingFails(
      {
        kind: "timeout",
        layer: "tcp",
        text: "no connection to zedcloud.example.org within the dial timer of 10000 ms",
      },
      "200 OK",
    ),
  },
  "connection-refused": {
    trigger: "Network",
    facts: pingFails(
      { kind: "refused", layer: "tcp", text: "connect ECONNREFUSED 203.0.113.7:443" },
      "200 OK",
    ),
  },
  "inspecting-proxy": {
    trigger: "Network",
    facts: pingFails({
      kind: "cert-unknown-authority",
      layer: "tls",
      text:
        'server certificate not accepted: no trusted root for "CN=zedcloud.example.org", issued by "CN=ACME Inspection CA"; ' +
        "trusted are root-certificate.pem, the system's roots and the proxy certificates",
    }, "200 OK"),
  },
  "certificate-expired": {
    trigger: "Network",
    facts: pingFails({
      kind: "cert-expired",
      layer: "tls",
      text:
        'server certificate not accepted: "CN=zedcloud.example.org" is expired: NotAfter Aug 19 00:00:00 2026 GMT',
    }, "200 OK"),
  },
  "portal": {
    trigger: "Network",
    facts: pingFails(http(302, "answered 302 Found to https://portal.hotel.example/login"), "302 Found"),
  },
  "controller-upgrading": {
    trigger: "Network",
    facts: pingFails(http(503, "answered 503 Service Unavailable"), "200 OK"),
  },
  "device-deleted": { trigger: "LED", facts: uuidFails(http(404, "answered 404 Not Found")) },
  "rate-limit": { trigger: "LED", facts: uuidFails(http(429, "answered 429 Too Many Requests")) },
  "signer-unknown": {
    trigger: "LED",
    facts: uuidFails(
      {
        kind: "envelope-verify",
        layer: "envelope",
        httpStatus: 200,
        senderStatus: 4,
        text:
          "AuthContainer: signed by the certificate with hash 00112233, but the controller's stored signing certificate has " +
          "44556677; fetch the controller's certificates again; it is not used",
      },
      {},
      1,
    ),
  },
  "onboarding-conflict": {
    trigger: "LED",
    facts: facts(
      connected({
        led: { BlinkCounter: LedBlink.Conflict },
        onboarding: undefined,
        zedagent: undefined,
        vault: undefined,
        appSummary: undefined,
        apps: new Map(),
        logs: undefined,
      }),
    ),
  },
  "second-port-dead": {
    trigger: "Network",
    facts: facts(
      connected({}, [eth0, {
        ...wwan0,
        LastFailed: "2026-08-20T09:14:00Z",
        LastError: "send via wwan0: no connection within the dial timer of 10000 ms",
      }]),
    ),
  },
  "vault-and-attestation": {
    trigger: "DeviceState",
    facts: facts(connected({
      zedagent: status({ AttestState: 6, AttestError: "quote mismatch in PCR 4", AirgapMode: true }),
      vault: goVaultStatus.make({ UnlockMethod: 2, MismatchingPCRs: [4, 8, 14] }),
    })),
  },
  "logs-wait": {
    trigger: "first",
    facts: facts(
      connected({
        logs: goNewlogMetrics.make({ FailedToSend: true, FailSentStartTime: "2026-08-20T07:00:00Z" }),
      }),
      { logFolders: { waiting: 20_000, quarantined: 3, oldestMs: 0 } },
    ),
  },
  "application-broken": {
    trigger: "Appinstance",
    facts: facts(connected({
      appSummary: goAppInstanceSummary.make({ TotalError: 1, TotalRunning: 1 }),
      apps: new Map([
        ["a", app("camera", "0b6f3c1e-1111-4222-8333-444455556666", 120, "no space left on device")],
        ["b", app("gateway", "9d2210aa-1111-4222-8333-444455556666", 115)],
      ]),
    })),
  },
};
