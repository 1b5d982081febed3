/** SCEP profiles, disks, patch envelopes and edgeview. */
import { assertEquals, assertStringIncludes } from "@std/assert";
import { createHash, generateKeyPairSync } from "node:crypto";
import { deepestArray, PatchEnvelopeState, topics } from "../../topics/mod.ts";
import { edgeDevConfig } from "../testdata/edge_dev_config.ts";
import { edgeViewToken } from "../testdata/edge_view_token.ts";
import { edgeNodeDisks } from "./disks.ts";
import { edgeView } from "./edge_view.ts";
import { patchEnvelopes } from "./patch_envelopes.ts";
import { scepProfiles } from "./scep_profiles.ts";

const now = "2026-01-01T00:00:00Z";
const id = (last: number) => `00000000-0000-4000-8000-00000000000${last}`;

Deno.test("SCEP profiles: all fields, an error stays in the profile and is reported, without a name there is none", () => {
  const { entries, reports } = scepProfiles(
    edgeDevConfig({
      scep_profiles: [
        {
          profile_name: "good",
          scep_url: "https://ca.example.com/scep",
          use_controller_proxy: true,
          ca_cert_pem: [new Uint8Array([1])],
          csr_profile: {
            common_name: "cn",
            organization: "org",
            san_dns: ["a.example.com"],
            san_ip: ["10.0.0.1"],
            renew_period_percent: 80,
            key_type: 10,
            hash_algorithm: 1,
          },
        },
        { profile_name: "bad", scep_url: "x", csr_profile: { san_ip: ["y"], renew_period_percent: 101 } },
        { scep_url: "https://ca.example.com/scep" },
      ],
    }).scep_profiles,
    new Map(),
    now,
  );
  const good = entries.get("good");
  assertEquals([good?.SCEPServerURL, good?.UseControllerProxy], ["https://ca.example.com/scep", true]);
  assertEquals(good?.CSRProfile.Subject.Organization, ["org"]);
  assertEquals(good?.CSRProfile.SAN.IPAddresses, ["10.0.0.1"]);
  assertEquals([good?.CSRProfile.KeyType, good?.CSRProfile.RenewPeriodPercent], [10, 80]);
  assertEquals([good?.ParsingError.Error, entries.size, reports.length], ["", 2, 2]);
  for (const part of ["URL", "san_ip", "renew_period_percent"]) {
    assertStringIncludes(entries.get("bad")?.ParsingError.Error ?? "", part);
  }
  const { codec } = topics.zedagent.SCEPProfile;
  for (const profile of entries.values()) assertEquals(codec.decode(codec.encode(profile)), profile);
});

Deno.test("disks: the tree as it is, one that is too deep is refused", () => {
  const nested = (depth: number): { array_type: 1; children: object[] } => ({
    array_type: 1,
    children: depth > 1 ? [nested(depth - 1)] : [],
  });
  const of = (disks: object) => edgeNodeDisks(edgeDevConfig({ disks }).disks);
  const disk = { disk: { name: "sda", logical_name: "a", serial: "s" }, disk_config: 3 };
  const value = of({ disks: [disk], array_type: 2 }).entries.get("global");
  assertEquals(value, {
    Disks: [{ Disk: { Name: "sda", LogicalName: "a", Serial: "s" }, OldDisk: null, Config: 3 }],
    ArrayType: 2,
    Children: null,
  });
  const { codec } = topics.zedagent.EdgeNodeDisks;
  const deep = of(nested(deepestArray)).entries.get("global");
  if (deep === undefined) throw new Error("nothing");
  assertEquals(codec.decode(codec.encode(deep)), deep);
  const tooDeep = of(nested(deepestArray + 1));
  assertEquals([tooDeep.entries.size, tooDeep.reports.length], [0, 1]);
  assertEquals(edgeNodeDisks(null).entries.size, 0);
});

Deno.test("patch envelopes: files of inline data, volumes; one bad artifact makes its envelope an error and no other (W17)", () => {
  const inline = (fileNameToUse: string, base64Data = "aGVsbG8=") => ({
    inline: { fileNameToUse, base64Data },
  });
  const found = patchEnvelopes(
    edgeDevConfig({
      patchEnvelopes: [
        { uuid: id(1), version: "2", action: 1, appInstIdsAllowed: [id(9)], artifacts: [inline("a.txt")] },
        { uuid: id(2), artifacts: [inline("../x"), { volumeRef: { imageId: id(5), imageName: "i" } }] },
        { uuid: id(3), artifacts: [inline("a.txt", "other")] },
        { uuid: id(4), artifacts: [{ encrypted_inline: {} }] },
        { uuid: "x" },
      ],
    }).patchEnvelopes,
    { contexts: new Map(), folder: "/persist/patches", now },
  );
  const { Active, Error, Ready } = PatchEnvelopeState;
  assertEquals(found.envelopes.map((envelope) => envelope.State), [Active, Error, Error, Error]);
  assertEquals([...found.files.keys()], ["a.txt"]);
  const [blob] = found.envelopes[0]?.BinaryBlobs ?? [];
  assertEquals([blob?.url, blob?.size], ["/persist/patches/a.txt", 8n]);
  assertEquals(blob?.fileSha, createHash("sha256").update("aGVsbG8=").digest("hex"));
  assertEquals(found.envelopes[1]?.VolumeRefs?.[0]?.imageId, id(5));
  assertEquals(found.reports.length, 4);
  const plain = patchEnvelopes(edgeDevConfig({ patchEnvelopes: [{ uuid: id(1) }] }).patchEnvelopes, {
    contexts: new Map(),
    folder: "",
    now,
  });
  assertEquals(plain.envelopes[0]?.State, Ready);
});

Deno.test("edgeview: only a token that the controller signed, for this device, that has not expired", () => {
  const pair = generateKeyPairSync("ec", {
    namedCurve: "P-256",
    publicKeyEncoding: { type: "spki", format: "pem" },
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
  });
  const context = { devUUID: id(1), now: 1_000_000, signingCert: pair.publicKey };
  const of = (token: string, more = context) =>
    edgeView(edgeDevConfig({ edgeview: { token } }).edgeview, more);
  const reason = (token: string, more = context) => {
    const view = of(token, more);
    return view.kind === "refused" ? view.reason : view.kind;
  };
  const good = edgeViewToken(pair.privateKey, { sub: id(1), exp: 1000, num: 3 });
  const view = of(good);
  assertEquals(view.kind, "file");
  assertStringIncludes(view.kind === "file" ? view.text : "", "EdgeViewMultiInst:3\nEvJWTExp:1000\n");
  assertEquals([edgeView(null, context).kind, of("").kind], ["none", "none"]);
  assertEquals(
    edgeView(edgeDevConfig({ edgeview: { token: good } }).edgeview, { ...context, signingCert: undefined })
      .kind,
    "waits",
  );
  const token = (claims: { sub: string; exp: number; num?: number }, header?: Record<string, string>) =>
    edgeViewToken(pair.privateKey, claims, header);
  const refusals: readonly (readonly [token: string, part: string])[] = [
    ["a.b", "three parts"],
    ["a.b.c.d", "three parts"],
    ["%.%.%", "ES256"],
    [token({ sub: id(1), exp: 1000 }, { alg: "none", typ: "JWT" }), "ES256"],
    [`${good.slice(0, -4)}AAAA`, "signature"],
    [good.replace(/^([^.]+)\.([^.]+)/, "$1.e30"), "signature"],
    [token({ sub: id(2), exp: 1000 }), "for the device"],
    [token({ sub: id(1), exp: 999 }), "expired"],
    [token({ sub: id(1), exp: 1000, num: 6 }), "instances"],
  ];
  for (const [text, part] of refusals) assertStringIncludes(reason(text), part);
});
