import { assertEquals, assertStringIncludes } from "@std/assert";
import { cleanCompatible, formatHardwareModel, hardwareMaker, productSerial } from "./hardware.ts";
import { testDevice } from "./test_device.ts";

Deno.test("hardware models are formatted as EVE does", () => {
  const model = (manufacturer: string, product: string, compatible: string) =>
    formatHardwareModel({ manufacturer, product, compatible });
  assertEquals(model("Dell Inc.", "Edge 3200", ""), "Dell Inc..Edge 3200");
  assertEquals(model("Dell Inc.\n", "Edge 3200\n", ""), "Dell Inc..Edge 3200");
  assertEquals(model("", "", "raspberrypi,4-model-b.brcm,bcm2711"), "raspberrypi,4-model-b.brcm,bcm2711");
  assertEquals(model("A/B", "C", ""), "A_ B.C");
  assertEquals(model("\n", "", ""), ".");
  assertEquals(model("", "", ""), "default");
  assertEquals(model("A", "", "x"), "A.x");
  assertEquals(model("A", "P", "x"), "A.P.x");
  assertEquals(model("", " ", ""), "default");
});

Deno.test("the device tree's compatible becomes text", () => {
  assertEquals(
    cleanCompatible("raspberrypi,4-model-b\0brcm,bcm2711\0"),
    "raspberrypi,4-model-b.brcm,bcm2711",
  );
  assertEquals(cleanCompatible("a\0\0"), "a.");
  assertEquals(cleanCompatible("a\tb\x1fc\n"), "abc");
});

Deno.test("the serial comes from dmidecode, else from the facts file", async () => {
  const serial = async (
    output: string | { code: number; stdout: string; stderr: string },
    facts?: unknown,
  ) => {
    await using device = testDevice({ commands: { "dmidecode -s system-serial-number": output } });
    if (facts !== undefined) device.write("/run/hardware-facts.json", JSON.stringify(facts));
    return await productSerial(device);
  };
  const facts = { cpuinfoSerial: "10000000abcdef01", socSerial: "soc\n" };
  assertEquals(await serial(" ABC123 \n", facts), " ABC123 ");
  assertEquals(await serial("Default string\n\n", facts), "Default string\n");
  assertEquals(await serial("Not Specified\n", facts), "10000000abcdef01");
  assertEquals(await serial("\n", { socSerial: "soc\n" }), "soc");
  assertEquals(await serial({ code: 1, stdout: "# no SMBIOS", stderr: "" }), "");
  assertEquals(await serial({ code: -1, stdout: "", stderr: "NotFound" }, { cpuinfoSerial: 7 }), "");
});

Deno.test("a facts file that is none is reported and ignored", async () => {
  await using device = testDevice({ commands: { "dmidecode -s system-manufacturer": "QEMU\n" } });
  device.write("/run/hardware-facts.json", "{");
  assertEquals(await hardwareMaker(device), { manufacturer: "QEMU\n", product: "", compatible: "" });
  assertStringIncludes(device.logged.join("\n"), "hardware-facts.json can't be used");
});
