/** diag's page in Debian's Chromium: a healthy device, broken layers, live change without reload, 20 000 log files. */
import { assert, assertEquals } from "@std/assert";
import { systemClock } from "../services/agent/mod.ts";
import { testDevice } from "../services/agent/test_device.ts";
import { topics } from "../services/topics/mod.ts";
import { serve } from "../services/diag/serve/serve.ts";
import { startBrowser } from "./browser/chromium.ts";
import { reportOf } from "./golden/report_of.ts";

const text = (part: string) => `document.getElementById(${JSON.stringify(part)}).innerText`;

Deno.test("the page: healthy, three broken layers one after the other without reload, 20 000 log files, nothing on the console", async () => {
  await using device = testDevice();
  const served = serve(device, { hostname: "127.0.0.1", port: 0 }, undefined);
  {
    await using browser = await startBrowser();
    served.show(reportOf("connected"));
    const page = await browser.open(`http://127.0.0.1:${served.address.port}/`);
    await page.until(`${text("outcome")} === "All is well"`);
    assertEquals(await page.evaluate("getComputedStyle(document.body).overflowX !== 'scroll'"), true);
    await page.evaluate("window.loadedOnce = true");
    for (
      const [name, code, leg] of [
        ["name-servers-dead", "EVE-NET-DNS-001", "dns"],
        ["proxy-wants-password", "EVE-NET-PROXY-001", "proxy"],
        ["certificate-expired", "EVE-NET-TLS-003", "tls"],
      ]
    ) {
      served.show(reportOf(name ?? ""));
      await page.until(`${text("findings")}.includes(${JSON.stringify(code)})`);
      assertEquals(await page.evaluate("document.querySelector('.leg.failed').innerText"), leg);
      assertEquals(await page.evaluate(text("outcome")), "Broken");
      const card = await page.evaluate<string>(text("findings"));
      assert(card.includes("Likely cause: ") && card.includes("Remedy: "), card);
    }
    const failures = await page.evaluate<string>(text("failures"));
    const first = failures.indexOf("EVE-NET-TLS-003");
    assert(first >= 0 && first < failures.indexOf("EVE-NET-DNS-001"), `newest first: ${failures}`);
    assert(await page.evaluate<number>("document.querySelectorAll('#failures .row').length") <= 20);
    device.bus.publication(topics.zedagent.TrafficCounters).publish("global", {
      wwan7: {
        config: {
          Requests: 0,
          Failures: 7,
          FailureKinds: { refused: 7 },
          SentBytes: 0,
          ReceivedBytes: 0,
          TotalTimeMs: 0,
          LastTimeMs: 0,
        },
      },
    });
    await page.until(
      `${text("failures")}.includes("zedagent wwan7 unanswered") && ${
        text("failures")
      }.includes("(7 times)")`,
    );
    served.show(reportOf("logs-wait"));
    await page.until(`${text("waiting")} === "20000 files wait"`);
    served.show(reportOf("connected"));
    await page.until(`${text("waiting")} === "0 files wait"`);
    const logFile = (n: number) => `/persist/newlog/devUpload/dev.log.keep.${1_760_000_000_000 + n}.gz`;
    for (let n = 0; n < 20_000; n++) device.write(logFile(n), "");
    await device.clock.advance(20_000);
    await page.until(`${text("waiting")} === "20000 files wait"`);
    Deno.removeSync(`${device.paths.root}${logFile(0)}`);
    await device.clock.advance(20_000);
    await page.until(`${text("waiting")} === "19999 files wait"`);
    assertEquals(await page.evaluate("window.loadedOnce"), true, "never reloaded");
    assertEquals(page.complaints, []);
  }
  device.end();
  await served.ended;
});

Deno.test("the page on a phone, in both colour schemes: nothing is wider than the screen, and the colours differ", async () => {
  await using device = testDevice({ clock: systemClock });
  const served = serve(device, { hostname: "127.0.0.1", port: 0 }, undefined);
  served.show(reportOf("inspecting-proxy"));
  {
    await using browser = await startBrowser();
    const backgrounds = [];
    for (const scheme of ["light", "dark"] as const) {
      const page = await browser.open(`http://127.0.0.1:${served.address.port}/`, {
        width: 360,
        height: 740,
        scheme,
      });
      await page.until(`${text("outcome")} === "Broken"`);
      assert(await page.evaluate<number>("document.documentElement.scrollWidth") <= 360);
      backgrounds.push(await page.evaluate("getComputedStyle(document.querySelector('.broken')).color"));
      assert((await page.screenshot()).length > 10_000);
      assertEquals(page.complaints, []);
    }
    assert(backgrounds[0] !== backgrounds[1], String(backgrounds));
  }
  device.end();
  await served.ended;
});
