/** 802.1X against Debian's hostapd on the other end of the cable: a switch that lets in who has a certificate. */
import { assertEquals } from "@std/assert";
import { CLIENT_AUTH, makeCertificate } from "../../controllerconn/testdata/certificates.ts";
import { pnacConf } from "../../services/nim/wireless/pnac_conf.ts";
import { parseSupplicantState, SupplicantState } from "../../services/nim/wireless/pnac_status.ts";
import { launchProgram, Supplicants } from "../../services/nim/wireless/supplicants.ts";
import { startChild } from "../site/child.ts";
import { until } from "../site/until.ts";
import { runProgram } from "./command.ts";
import { makeLabFolder, Namespaces } from "./namespaces.ts";

Deno.test("a port with its certificate is let in, and nim sees it; with another CA's it is not", async () => {
  await using namespaces = new Namespaces();
  const [device, network] = [await namespaces.add("device"), await namespaces.add("switch")];
  await namespaces.join(device, "eth0", network, "port0");
  const folder = await makeLabFolder();
  const write = (name: string, text: string) => {
    Deno.writeTextFileSync(`${folder}/${name}`, text);
    return `${folder}/${name}`;
  };
  const ca = makeCertificate({ name: "Corp CA", ca: true });
  const server = makeCertificate({ name: "radius", issuer: ca });
  const own = makeCertificate({ name: "device", issuer: ca, extendedKeyUsage: [CLIENT_AUTH] });
  const strange = makeCertificate({ name: "stranger", extendedKeyUsage: [CLIENT_AUTH] });
  const conf = write(
    "hostapd.conf",
    [
      "interface=port0",
      "driver=wired",
      "ieee8021x=1",
      "eap_server=1",
      "use_pae_group_addr=1",
      `eap_user_file=${write("users", "* TLS\n")}`,
      `ca_cert=${write("ca.pem", ca.pem)}`,
      `server_cert=${write("server.pem", server.pem)}`,
      `private_key=${write("server.key", server.keyPem)}`,
      "",
    ].join("\n"),
  );
  await using hostapd = startChild(...network.command("hostapd", [conf]));
  const { lines } = hostapd;
  try {
    await until(
      "hostapd is there",
      () => lines.some((line) => line.includes("AP-ENABLED")),
      15_000,
      () => lines.join("\n"),
    );
    const supplicants = new Supplicants(
      `${folder}/nim`,
      { run: (name, args) => runProgram(...device.command(name, args)) },
      (program, args) => launchProgram(...device.command(program, args)),
    );
    const wanted = (name: string, { pem, keyPem }: typeof own) => {
      const files = {
        caBundle: `${folder}/ca.pem`,
        certificate: write(`${name}.pem`, pem),
        privateKey: write(`${name}.key`, keyPem),
      };
      return new Map([["eth0", {
        kind: "wired" as const,
        conf: pnacConf(name, files, supplicants.controlFolder),
      }]]);
    };
    assertEquals(await supplicants.apply(wanted("device", own)), new Map());
    await until(
      "the event of being let in",
      () => supplicants.state("eth0")?.isConnected === true,
      15_000,
      () => lines.join("\n"),
    );
    const state = async () => parseSupplicantState(await supplicants.status("eth0"));
    await until("the state of being let in", async () => await state() === SupplicantState.authenticated);
    assertEquals(await supplicants.apply(wanted("stranger", strange)), new Map());
    await until("the refusal", () => lines.some((line) => line.includes("CTRL-EVENT-EAP-FAILURE")));
    await until("the state of a refused port", async () => {
      const states: readonly number[] = [SupplicantState.failed, SupplicantState.held];
      return states.includes(await state());
    });
    assertEquals(supplicants.state("eth0")?.isConnected, false);
    await supplicants.apply(new Map());
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
