/** Where the verified controller certificates are kept between runs (`spec/device-api.md §5`). */

/** Raw `ZControllerCert` bytes under two names. Files on a device: `/persist/checkpoint/controllercerts` and `.bak`. */
export interface ControllerCertStore {
  /** `undefined` when there is none. @throws on a read error other than absence */
  load(which: "primary" | "backup"): Uint8Array | undefined;
  /**
   * When the list was stored, in milliseconds since 1970: it was verified then, so a clock before that is wrong.
   * @throws on a read error other than absence
   */
  storedAt?(which: "primary" | "backup"): number | undefined;
  /** Makes `bytes` the primary and the old primary the backup; atomic; identical bytes are not rewritten. */
  save(bytes: Uint8Array): void;
}
