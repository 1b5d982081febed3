import { assert, assertEquals, assertFalse } from "@std/assert";
import { isEnveloped, urlPathString, usesOnboarding, withScheme } from "./url.ts";

const UUID = "5d0767ee-0547-4569-b530-387e526f8cb9";

Deno.test("URL of an action with and without UUID", () => {
  assertEquals(urlPathString("ctrl.example", "", "ping"), "ctrl.example/api/v2/edgedevice/ping");
  assertEquals(
    urlPathString("ctrl.example:8443", UUID.toUpperCase(), "config"),
    `ctrl.example:8443/api/v2/edgedevice/id/${UUID}/config`,
  );
  assertEquals(
    urlPathString("[fd00::1]:443", UUID, "apps/instanceid/a/newlogs"),
    `[fd00::1]:443/api/v2/edgedevice/id/${UUID}/apps/instanceid/a/newlogs`,
  );
});

Deno.test("white space around the server name and slashes behind it are dropped", () => {
  assertEquals(urlPathString(" \tctrl.example:1\r\n", "", "uuid"), "ctrl.example:1/api/v2/edgedevice/uuid");
  assertEquals(
    urlPathString("http://loc.example/\n", "", "uuid"),
    "http://loc.example/api/v2/edgedevice/uuid",
  );
});

Deno.test("only http: and https: count as schemes", () => {
  assertEquals(withScheme("http://a/b"), "http://a/b");
  assertEquals(withScheme("https://a/b"), "https://a/b");
  assertEquals(withScheme("a:80/b"), "https://a:80/b");
  assertEquals(withScheme("httpd.example/b"), "https://httpd.example/b");
});

Deno.test("which URLs are wrapped, and which by the onboarding identity", () => {
  assert(isEnveloped(urlPathString("c", UUID, "config")));
  assertFalse(isEnveloped("https://c/api/v1/local_profile"));
  assert(usesOnboarding(urlPathString("c", "", "register")));
  assertFalse(usesOnboarding(urlPathString("c", "", "uuid")));
  assertFalse(usesOnboarding("https://c/register"));
});
