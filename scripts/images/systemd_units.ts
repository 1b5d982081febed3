/** Units for a Linux that has systemd, one for each program, each with no more than it needs. */
import { type Program, programs } from "../permissions.ts";
import { home } from "./home.ts";

const bin = `${home}/bin`;
const hasPair = "[ -e /config/onboard.cert.pem ] && [ -e /config/onboard.key.pem ]";
const commands: Readonly<Record<Program | "bridge", string>> = {
  // Without an onboarding pair there is nothing to register with.
  client:
    `/bin/sh -c 'if ${hasPair}; then exec ${bin}/client selfRegister getUuid; fi; exec ${bin}/client getUuid'`,
  zedagent: `${bin}/zedagent --standalone`,
  loguploader: `${bin}/loguploader`,
  nim: `${bin}/nim`,
  diag: `${bin}/diag -f -s /run/diag.out`,
  bridge: `${bin}/bridge`,
};
/** Folders that the program may write; all else is read only. */
const writable: Readonly<Record<Program | "bridge", string>> = {
  client: "/run /persist",
  zedagent: "/run /persist",
  loguploader: "/run /persist",
  nim: "/run /persist",
  diag: "/run",
  bridge: "/run /persist",
};

/** They sign with a device key that may be in a TPM, so `/dev/tpmrm0` must be there. */
const signs: readonly (Program | "bridge")[] = ["client", "zedagent", "loguploader", "diag"];

/** Unit files by name. `MemoryDenyWriteExecute` is missing on purpose: V8 compiles at run time. */
export function systemdUnits(): readonly { readonly name: string; readonly text: string }[] {
  return [
    ...([...programs, "bridge"] as const).map((program) => (
      { name: `eve-comms-${program}.service`, text: unit(program) }
    )),
  ];
}

function unit(program: Program | "bridge"): string {
  const restart = program === "client" ? "on-failure" : "always";
  const capabilities = program === "client" ? "CAP_SYS_ADMIN CAP_DAC_OVERRIDE" : "CAP_DAC_OVERRIDE";
  const families = program === "bridge" ? "AF_UNIX" : "AF_UNIX AF_INET AF_INET6 AF_NETLINK";
  return `[Unit]
Description=eve-comms ${program}
Documentation=https://lfedge.org/projects/eve/
After=network.target${program === "bridge" ? "" : " eve-comms-bridge.service"}

[Service]
ExecStart=${commands[program]}
Restart=${restart}
RestartSec=1
RestartSteps=6
RestartMaxDelaySec=60
TimeoutStopSec=5
NoNewPrivileges=yes
ProtectSystem=strict
ProtectHome=yes
ReadWritePaths=${writable[program]}
PrivateTmp=yes
PrivateDevices=${signs.includes(program) ? "no" : "yes"}
ProtectKernelModules=yes
ProtectKernelTunables=yes
ProtectControlGroups=yes
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
LockPersonality=yes
RestrictAddressFamilies=${families}
CapabilityBoundingSet=${capabilities}
SystemCallArchitectures=native

[Install]
WantedBy=multi-user.target
`;
}
