/** The hosts file. */
import { assertEquals } from "@std/assert";
import { addressesInHosts } from "./hosts_file.ts";

const TEXT = `# a comment
127.0.0.1\tlocalhost
10.0.0.1  Controller.Example alias   # not this: nothere
fd00::1 controller.example
10.0.0.999 broken.example
garbage
10.0.0.2 controller.example.org`;

Deno.test("names of the hosts file: any case, aliases, several lines; comments and broken lines do not count", () => {
  assertEquals(addressesInHosts(TEXT, "controller.example"), ["10.0.0.1", "fd00::1"]);
  assertEquals(addressesInHosts(TEXT, "ALIAS"), ["10.0.0.1"]);
  for (const name of ["nothere", "broken.example", "garbage", "10.0.0.1", "a", ""]) {
    assertEquals(addressesInHosts(TEXT, name), [], name);
  }
  assertEquals(addressesInHosts(TEXT.replaceAll("\n", "\r\n"), "alias"), ["10.0.0.1"]);
});
