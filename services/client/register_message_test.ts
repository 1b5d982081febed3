import { assertEquals } from "@std/assert";
import { registerMessage } from "./register_message.ts";

const text = (value: string) => new TextEncoder().encode(value);

Deno.test("ZRegisterMsg byte by byte: base64 text of the PEM file in field 2, serials trimmed", () => {
  const message = registerMessage({ deviceCertPem: text("PEM\n"), serial: " S1\n", softSerial: "soft" });
  assertEquals(
    message,
    Uint8Array.of(0x12, 8, ...text("UEVNCg=="), 0x1a, 2, ...text("S1"), 0x22, 4, ...text("soft")),
  );
});

Deno.test("empty serials are left out", () => {
  const message = registerMessage({ deviceCertPem: text("PEM\n"), serial: "", softSerial: " " });
  assertEquals(message, Uint8Array.of(0x12, 8, ...text("UEVNCg==")));
});
