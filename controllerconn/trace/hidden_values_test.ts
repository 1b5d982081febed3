import { assertEquals } from "@std/assert";
import { withoutCredentials } from "./hidden_values.ts";

Deno.test("user and password are cut out of every URL, whatever is in them; other @ stay", () => {
  const rows = {
    "http://user:pw@host:1/x": "http://host:1/x",
    "via socks5://u@[fd00::1]:1, then https://a:b@c": "via socks5://[fd00::1]:1, then https://c",
    "http://user:p@ss@host/x": "http://host/x",
    "http://host/x?mail=a@b#c@d": "http://host/x?mail=a@b#c@d",
    "http://host?a@b": "http://host?a@b",
    "no URL, but a@b": "no URL, but a@b",
  };
  for (const [text, expected] of Object.entries(rows)) assertEquals(withoutCredentials(text), expected);
});
