/** The proxy of a port (`spec/diag.md §4.1`). Pure. */
import { hasError, type NetworkPortStatus } from "../../topics/mod.ts";
import { printable } from "../one_line.ts";
import { line, type ReportLine } from "./line.ts";

const HTTP = 0;
const HTTPS = 1;

/** @param showPac `-p`: the PAC file itself follows its line */
export function proxyLines(port: NetworkPortStatus, showPac: boolean): ReportLine[] {
  const { IfName: name, Exceptions, Pacfile, NetworkProxyEnable, NetworkProxyURL, WpadURL } = port;
  const proxies = port.Proxies ?? [];
  const certificates = (port["pubsub-large-ProxyCertPEM"] ?? []).length;
  const nothing = proxies.length === 0 && Exceptions === "" && Pacfile === "" && !NetworkProxyEnable &&
    NetworkProxyURL === "" && certificates === 0;
  if (nothing) return [line("INFO", `${name}: no proxy`)];
  const lines: ReportLine[] = [];
  if (Exceptions !== "") lines.push(line("INFO", `${name}: no proxy for ${Exceptions}`));
  if (NetworkProxyEnable) lines.push(discovered(port));
  if (Pacfile !== "") {
    const text = pacText(Pacfile);
    const size = text === undefined ? "not base64" : `${new TextEncoder().encode(text).length} bytes`;
    lines.push({
      ...line(text === undefined ? "ERROR" : "INFO", `${name}: PAC file of ${size}`),
      ...(showPac && text !== undefined ? { attached: text.split("\n").map(printable).join("\n") } : {}),
    });
    return lines;
  }
  for (const { type, server, port: number } of proxies) {
    const kind = type === HTTP ? "http" : type === HTTPS ? "https" : undefined;
    if (kind === undefined) continue;
    lines.push(
      line("INFO", `${name}: ${kind} proxy ${withoutCredentials(server)}${number > 0 ? `:${number}` : ""}`),
    );
  }
  if (certificates > 0) {
    lines.push(line("INFO", `${name}: ${certificates} proxy certificate${certificates === 1 ? "" : "s"}`));
  }
  return lines;
  function discovered({ LastError }: NetworkPortStatus): ReportLine {
    if (NetworkProxyURL !== "") {
      return line("INFO", `${name}: proxy configuration fetched from ${NetworkProxyURL}`);
    }
    if (WpadURL !== "") return line("INFO", `${name}: proxy configuration discovered at ${WpadURL}`);
    const why = hasError(port) && LastError !== "" ? `: ${LastError}` : "";
    return line("WARNING", `${name}: the network offers no proxy configuration (WPAD)${why}`);
  }
}

/** A screen is read by anybody who stands there. */
function withoutCredentials(server: string): string {
  return server.replace(/^([a-z0-9]+:\/\/)?[^@/]*@/i, "$1");
}

function pacText(base64: string): string | undefined {
  try {
    return new TextDecoder().decode(Uint8Array.fromBase64(base64));
  } catch {
    return undefined;
  }
}
