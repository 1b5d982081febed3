/** squid.conf of the lab's proxies. Pure. */

/** How the device meets the proxy. */
export type SquidMode =
  /** Asked by name; anyone may. */
  | "explicit"
  /** Asked by name; user `eve` with password `secret` may, others get 407. */
  | "explicit-auth"
  /** Asked by name, over TLS: its own certificate is issued by the lab's root. Anyone may. */
  | "explicit-tls"
  /** Asked by name; opens TLS and shows certificates of a CA of its own. */
  | "explicit-bump"
  /** Never asked: the router redirects ports 80 and 443 to it. Opens TLS. */
  | "transparent-bump";

/** Where squid listens; the transparent ports are reached by REDIRECT only. */
export const SQUID_PORT = 3128;
export const SQUID_HTTP_INTERCEPT_PORT = 3129;
export const SQUID_HTTPS_INTERCEPT_PORT = 3130;

/** In the table of the uplink's nameserver. */
export const SQUID_NAME = "proxy.lab";
export const SQUID_USER = "eve";
export const SQUID_PASSWORD = "secret";

/** What a configuration is made from. */
export interface SquidPlan {
  readonly mode: SquidMode;
  /** Where all its files are. */
  readonly folder: string;
  readonly nameservers: readonly string[];
}

/** One line of JSON a request; `%"x` is what squid quotes for a string between quotes. */
const LOG_FORMAT = [
  `"from":"%>a"`,
  `"tag":"%Ss"`,
  `"status":%>Hs`,
  `"method":"%rm"`,
  `"url":"%"ru"`,
  `"user":"%"un"`,
  `"sni":"%"ssl::>sni"`,
  `"bump":"%ssl::bump_mode"`,
  `"sent":%<st`,
].join(",");

/** Files in the folder of a plan. */
export const squidFiles = (folder: string) => ({
  conf: `${folder}/squid.conf`,
  log: `${folder}/access.log`,
  cacheLog: `${folder}/cache.log`,
  users: `${folder}/users`,
  /** Certificate and key of the proxy as a server. */
  server: `${folder}/server.pem`,
  /** The proxy's own CA, certificate and key. */
  ca: `${folder}/ca.pem`,
  /** What squid trusts on the internet. */
  roots: `${folder}/roots.pem`,
  certificates: `${folder}/certificates`,
});

function ports({ mode, folder }: SquidPlan): string[] {
  const { ca, server } = squidFiles(folder);
  const bump = `ssl-bump tls-cert=${ca} generate-host-certificates=on dynamic_cert_mem_cache_size=1MB`;
  switch (mode) {
    case "explicit":
    case "explicit-auth":
      return [`http_port ${SQUID_PORT}`];
    case "explicit-tls":
      return [`https_port ${SQUID_PORT} tls-cert=${server}`];
    case "explicit-bump":
      return [`http_port ${SQUID_PORT} ${bump}`];
    case "transparent-bump":
      return [
        // Squid wants one port that is not intercepted, for its own pages.
        `http_port ${SQUID_PORT}`,
        `http_port ${SQUID_HTTP_INTERCEPT_PORT} intercept`,
        `https_port ${SQUID_HTTPS_INTERCEPT_PORT} intercept ${bump}`,
      ];
  }
}

function access({ mode, folder }: SquidPlan): string[] {
  const { users, roots, certificates } = squidFiles(folder);
  switch (mode) {
    case "explicit":
    case "explicit-tls":
      return ["http_access allow all"];
    case "explicit-auth":
      return [
        `auth_param basic program /usr/lib/squid/basic_ncsa_auth ${users}`,
        "auth_param basic children 1",
        "auth_param basic realm lab",
        "acl known proxy_auth REQUIRED",
        "http_access allow known",
        "http_access deny all",
      ];
    case "explicit-bump":
    case "transparent-bump":
      return [
        "http_access allow all",
        `sslcrtd_program /usr/lib/squid/security_file_certgen -s ${certificates} -M 4MB`,
        "sslcrtd_children 1 startup=1 idle=1",
        `tls_outgoing_options cafile=${roots}`,
        "acl step1 at_step SslBump1",
        "ssl_bump peek step1",
        "ssl_bump bump all",
      ];
  }
}

/** The whole file. */
export function squidConf(plan: SquidPlan): string {
  const files = squidFiles(plan.folder);
  return [
    ...ports(plan),
    ...access(plan),
    `dns_nameservers ${plan.nameservers.join(" ")}`,
    "dns_timeout 3 seconds",
    "positive_dns_ttl 1 second",
    "negative_dns_ttl 1 second",
    `logformat lab {${LOG_FORMAT}}`,
    `access_log stdio:${files.log} lab`,
    "buffered_logs off",
    `cache_log ${files.cacheLog}`,
    "cache deny all",
    "cache_store_log none",
    "pid_filename none",
    "pinger_enable off",
    "memory_cache_shared off",
    "shutdown_lifetime 0 seconds",
    `visible_hostname ${SQUID_NAME}`,
    `coredump_dir ${plan.folder}`,
    "max_filedescriptors 1024",
    "",
  ].join("\n");
}
