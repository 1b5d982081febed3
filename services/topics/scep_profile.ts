/** `zedagent/SCEPProfile`: how scepclient enrols a certificate (`spec/zedagent.md §6.2`). Key: `ProfileName`. */
import { goCipherBlockStatus } from "./cipher.ts";
import { goErrorAndTime } from "./error_and_time.ts";
import { goFilledBytes } from "./go_bytes.ts";
import { goList } from "./go_containers.ts";
import { goIP } from "./go_ip.ts";
import { goBool, goInt32, goString, goUint8 } from "./go_scalars.ts";
import { goStruct } from "./go_struct.ts";
import type { GoValue } from "./go_type.ts";

/** The certificate request. `KeyType` and `HashAlgorithm` are those of the device API. */
export const goCSRProfile = goStruct({
  Subject: goStruct({
    CommonName: goString,
    SerialNumber: goString,
    Organization: goList(goString),
    OrganizationalUnit: goList(goString),
    Country: goList(goString),
    State: goList(goString),
    Locality: goList(goString),
  }),
  SAN: goStruct({
    DNSNames: goList(goString),
    EmailAddresses: goList(goString),
    IPAddresses: goList(goIP),
    URIs: goList(goString),
  }),
  RenewPeriodPercent: goUint8,
  KeyType: goInt32,
  HashAlgorithm: goInt32,
});

/** A profile that can't be used carries its reason in `ParsingError`. The CA certificates share the tag of the proxies'. */
export const goSCEPProfile = goStruct({
  ProfileName: goString,
  SCEPServerURL: goString,
  UseControllerProxy: goBool,
  EncryptedChallengePassword: goCipherBlockStatus,
  "pubsub-large-ProxyCertPEM": goList(goFilledBytes),
  CSRProfile: goCSRProfile,
  ParsingError: goErrorAndTime,
});
/** See {@linkcode goSCEPProfile}. */
export type SCEPProfile = GoValue<typeof goSCEPProfile>;
