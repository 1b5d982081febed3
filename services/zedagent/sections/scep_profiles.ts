/** `scep_profiles` → `SCEPProfile`; an error stays in the profile, where scepclient and the ports that use it see it (`spec/zedagent.md §6.2`). */
import { config } from "../../../proto/device.ts";
import { goErrorAndTime, goSCEPProfile, type GoValue, type SCEPProfile } from "../../topics/mod.ts";
import { cipherBlock, type CipherContexts } from "./cipher.ts";
import { canonicalAddress, emptyToNull, quote, refuse, type Section, section } from "./section.ts";

/** By profile name. @param now Go time of errors */
export function scepProfiles(
  list: readonly config.SCEPProfile[],
  contexts: CipherContexts,
  now: string,
): Section<SCEPProfile> {
  const errors: string[] = [];
  const { entries, reports } = section(list, (profile, index) => {
    const name = profile.profile_name;
    if (name === "") refuse(`SCEP profile number ${index + 1} has no name; it is ignored`);
    const found = profileErrors(profile);
    if (found.length > 0) errors.push(`SCEP profile ${quote(name)}: ${found.join("; ")}`);
    return [
      name,
      goSCEPProfile.make({
        ProfileName: name,
        SCEPServerURL: profile.scep_url,
        UseControllerProxy: profile.use_controller_proxy,
        EncryptedChallengePassword: cipherBlock(name, profile.scep_challenge_password, contexts, now),
        "pubsub-large-ProxyCertPEM": emptyToNull(profile.ca_cert_pem),
        CSRProfile: csrProfile(profile.csr_profile),
        ParsingError: found.length === 0
          ? goErrorAndTime.zero()
          : goErrorAndTime.make({ Error: found.join("; "), ErrorTime: now, ErrorSeverity: 3 }),
      }),
    ];
  });
  return { entries, reports: [...reports, ...errors] };
}

function profileErrors(profile: config.SCEPProfile): string[] {
  const errors: string[] = [];
  const protocol = URL.parse(profile.scep_url)?.protocol;
  if (protocol !== "http:" && protocol !== "https:") {
    errors.push(`expected a URL of http or https, got ${quote(profile.scep_url)}`);
  }
  const csr: config.CSRProfile | null = profile.csr_profile;
  if (csr === null) return [...errors, "expected a csr_profile, found none"];
  if (csr.renew_period_percent > 100) {
    errors.push(`expected a renew_period_percent up to 100, got ${csr.renew_period_percent}`);
  }
  for (const address of csr.san_ip) {
    if (canonicalAddress(address) === undefined) {
      errors.push(`san_ip: expected an IP address, got ${quote(address)}`);
    }
  }
  if (config.KeyType[csr.key_type] === undefined) errors.push(`key_type ${csr.key_type} is not known`);
  if (config.HashAlgorithm[csr.hash_algorithm] === undefined) {
    errors.push(`hash_algorithm ${csr.hash_algorithm} is not known`);
  }
  return errors;
}

function csrProfile(csr: config.CSRProfile | null): SCEPProfile["CSRProfile"] {
  const zero = goSCEPProfile.fields.CSRProfile.zero();
  if (csr === null) return zero;
  const one = (text: string) => text === "" ? null : [text];
  const subject: GoValue<typeof goSCEPProfile.fields.CSRProfile.fields.Subject> = {
    CommonName: csr.common_name,
    SerialNumber: "",
    Organization: one(csr.organization),
    OrganizationalUnit: one(csr.organizational_unit),
    Country: one(csr.country),
    State: one(csr.state),
    Locality: one(csr.locality),
  };
  return {
    Subject: subject,
    SAN: {
      DNSNames: emptyToNull(csr.san_dns),
      EmailAddresses: emptyToNull(csr.san_email),
      IPAddresses: emptyToNull(csr.san_ip.flatMap((address) => canonicalAddress(address) ?? [])),
      URIs: emptyToNull(csr.san_uri),
    },
    RenewPeriodPercent: Math.min(csr.renew_period_percent, 255),
    KeyType: csr.key_type,
    HashAlgorithm: csr.hash_algorithm,
  };
}
