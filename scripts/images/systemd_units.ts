/** Units for a Linux that has systemd, one for each program, each with no more than it needs. */
import { type Program, programs } from "../permissions.ts";
import { home } from "./home.ts";

const words: Readonly<Record<Program, string>> = {
  client: "",
  zedagent: " --standalone",
  loguploader: "",
  nim: "",
  diag: " -f -s /run/diag.out",
};
/** A device that was registered beforehand has no onboarding certificate. systemd takes `$$` for a `$`. */
const onboarding = `/bin/sh -c 'if [ -e /config/onboard.cert.pem ] && [ -e /config/onboard.key.pem ]; ` +
  `then set -- selfRegister; fi; exec ${home}/bin/client "$$@" getUuid' client`;
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
    ...programs.map((program) => ({
      name: `eve-comms-${program}.service`,
      text: unit(program, words[program]),
    })),
    { name: "eve-comms-bridge.service", text: unit("bridge", "") },
  ];
}

function unit(program: Program | "bridge", words: string): string {
  const restart = program === "client" ? "on-failure" : "always";
  const capabilities = program === "client" ? "CAP_SYS_ADMIN CAP_DAC_OVERRIDE" : "CAP_DAC_OVERRIDE";
  const families = program === "bridge" ? "AF_UNIX" : "AF_UNIX AF_INET AF_INET6 AF_NETLINK";
  return `[Unit]
Description=eve-comms ${program}
Documentation=https://lfedge.org/projects/eve/
After=network.target${program === "bridge" ? "" : " eve-comms-bridge.service"}

[Service]
ExecStart=${program === "client" ? onboarding : `${home}/bin/${program}${words}`}
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
