/** The layer at which an attempt failed: what to look at first. Pure. */
import type { ControllerConnErrorKind } from "./error.ts";

/** From the device outwards. */
export type Layer = "port" | "identity" | "trust" | "dns" | "proxy" | "tcp" | "tls" | "http" | "envelope";

const LAYERS: Readonly<Partial<Record<ControllerConnErrorKind, Layer>>> = {
  "no-port": "port",
  "no-address": "port",
  "no-link": "port",
  "no-dns": "dns",
  "resolve": "dns",
  "identity": "identity",
  "trust": "trust",
  "proxy-auth": "proxy",
  "proxy-refused": "proxy",
  "cert-expired": "tls",
  "cert-not-yet-valid": "tls",
  "cert-unknown-authority": "tls",
  "cert-wrong-name": "tls",
  "cert-weak-key": "tls",
  "cert-invalid": "tls",
  "tls-version": "tls",
  "tls-refused": "tls",
  "client-cert": "tls",
  "tls": "tls",
  "http-status": "http",
  "redirect": "http",
  "bad-answer": "http",
  "content-type": "http",
  "envelope": "envelope",
  "envelope-verify": "envelope",
  "no-controller-cert": "envelope",
  "cert-chain": "envelope",
  "cipher": "envelope",
};

/** The layer of a kind that can only mean one; `undefined` for those that depend on how far an attempt came. */
export function layerOfKind(kind: ControllerConnErrorKind): Layer | undefined {
  return LAYERS[kind];
}
