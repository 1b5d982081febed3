import { assertEquals, assertStringIncludes } from "@std/assert";
import { clientCertificateRefusal } from "./client_certificate_refusal.ts";

const page = (title: string) =>
  new TextEncoder().encode(`<html>\r\n<head><title>${title}</title></head>\r\n`);
const read = (code: number, title: string, encrypted = true) =>
  clientCertificateRefusal({ code, body: page(title), encrypted }) ?? "";

Deno.test("nginx's two pages are read; anything else is about something else", () => {
  assertStringIncludes(read(400, "400 No required SSL certificate was sent"), "and got none");
  assertStringIncludes(read(400, "400 The SSL certificate error"), "does not let our client certificate in");
  for (
    const other of [
      read(400, "400 Bad Request"),
      read(403, "400 No required SSL certificate was sent"),
      read(400, "400 No required SSL certificate was sent", false),
    ]
  ) assertEquals(other, "");
});
