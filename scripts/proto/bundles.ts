/** What is generated: each bundle is what its root messages reach, and no more, since each program links only one. */

/** One file of `proto/gen/`. */
export interface Bundle {
  name: string;
  /** Messages below `org.lfedge.eve`; everything that they use comes along. `undefined`: the whole API. */
  roots: readonly string[] | undefined;
  /** Whether messages get `fromObject` and `toObject`: JSON is for the dev controller, not for a device. */
  convert: boolean;
}

/** In the order in which they are written. */
export const bundles: readonly Bundle[] = [
  {
    name: "onboard",
    roots: ["register.ZRegisterMsg", "uuid.UuidRequest", "uuid.UuidResponse"],
    convert: false,
  },
  { name: "credentials", roots: ["common.EncryptionBlock"], convert: false },
  {
    name: "device",
    roots: [
      "auth.AuthContainer",
      "certs.ZControllerCert",
      "config.ConfigRequest",
      "config.ConfigResponse",
      "config.BootstrapConfig",
      "config.CompoundEdgeDevConfigRequest",
      "config.CompoundEdgeDevConfig",
      "info.ZInfoMsg",
      "metrics.ZMetricMsg",
      "flowlog.FlowMessage",
      "hardwarehealth.ZHardwareHealth",
      "attest.ZAttestReq",
      "attest.ZAttestResponse",
      "common.CipherContext",
      "common.EncryptionBlock",
      "profile.LocalProfile",
      "profile.RadioStatus",
      "profile.LocalAppInfoList",
      "profile.LocalDevInfo",
      "profile.AppBootConfigList",
      "profile.AppBootInfoList",
      "profile.NetworkInfo",
      "profile.LocalNetworkConfig",
    ],
    convert: false,
  },
  { name: "all", roots: undefined, convert: true },
];
