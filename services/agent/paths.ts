/** Every device path that a program touches, with `--root` in front (decisions.md 18). */

/** Absolute paths below one device root. */
export interface DevicePaths {
  readonly root: string;
  readonly config: string;
  readonly server: string;
  readonly rootCertificate: string;
  readonly deviceCert: string;
  readonly deviceKey: string;
  readonly tpmCredential: string;
  readonly onboardCert: string;
  readonly onboardKey: string;
  readonly softSerial: string;
  readonly bootstrapConfig: string;
  readonly globalConfig: string;
  readonly authorizedKeys: string;
  readonly run: string;
  readonly persist: string;
  readonly persistStatus: string;
  readonly checkpoint: string;
  readonly controllerCerts: string;
  readonly lastConfig: string;
  readonly statusUuid: string;
  readonly hardwareModel: string;
  readonly integrityToken: string;
  readonly eveRelease: string;
  readonly eveId: string;
  readonly newlog: string;
  readonly resolvConf: string;
  readonly hosts: string;
}

/** @param root `""` on a device, otherwise an absolute folder without a trailing slash */
export function devicePaths(root: string): DevicePaths {
  const at = (path: string) => `${root}${path}`;
  return {
    root,
    config: at("/config"),
    server: at("/config/server"),
    rootCertificate: at("/config/root-certificate.pem"),
    deviceCert: at("/config/device.cert.pem"),
    deviceKey: at("/config/device.key.pem"),
    tpmCredential: at("/config/tpm_credential"),
    onboardCert: at("/config/onboard.cert.pem"),
    onboardKey: at("/config/onboard.key.pem"),
    softSerial: at("/config/soft_serial"),
    bootstrapConfig: at("/config/bootstrap-config.pb"),
    globalConfig: at("/config/GlobalConfig/global.json"),
    authorizedKeys: at("/config/authorized_keys"),
    run: at("/run"),
    persist: at("/persist"),
    persistStatus: at("/persist/status"),
    checkpoint: at("/persist/checkpoint"),
    controllerCerts: at("/persist/checkpoint/controllercerts"),
    lastConfig: at("/persist/checkpoint/lastconfig"),
    statusUuid: at("/persist/status/uuid"),
    hardwareModel: at("/persist/status/hardwaremodel"),
    integrityToken: at("/run/eve.integrity_token"),
    eveRelease: at("/run/eve-release"),
    eveId: at("/run/eve.id"),
    newlog: at("/persist/newlog"),
    resolvConf: at("/etc/resolv.conf"),
    hosts: at("/etc/hosts"),
  };
}
