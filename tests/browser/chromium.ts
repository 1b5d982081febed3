/** Debian's Chromium without a window, through playwright-core: open a page, look at it, hear what it complains of. */
import { chromium } from "playwright-core";

/** One open page. */
export interface Page {
  /** The value of an expression in the page. */
  evaluate<T>(expression: string): Promise<T>;
  /** Waits until the expression is true. @throws {Error} after 20 s, with the text of the page */
  until(expression: string): Promise<void>;
  /** PNG of the whole page. */
  screenshot(): Promise<Uint8Array>;
  close(): Promise<void>;
  /** Errors and warnings of the console, of scripts and of the network. */
  readonly complaints: readonly string[];
}

/** How the page is to be looked at. */
export interface Look {
  readonly width: number;
  readonly height: number;
  readonly scheme: "light" | "dark";
}

/** A running browser. */
export interface Browser extends AsyncDisposable {
  open(url: string, look?: Partial<Look>): Promise<Page>;
}

const executable = "/usr/bin/chromium";
const patienceMs = 20_000;

/** @throws {Error} naming the package if there is none */
export async function startBrowser(): Promise<Browser> {
  const browser = await chromium.launch({
    executablePath: executable,
    args: ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-proxy-server"],
  }).catch((cause: unknown) => {
    throw new Error(`${executable} can't be started: apt-get install chromium`, { cause });
  });
  return {
    async open(url, look = {}) {
      const { width, height, scheme } = { width: 900, height: 1200, scheme: "light" as const, ...look };
      const context = await browser.newContext({ viewport: { width, height }, colorScheme: scheme });
      const page = await context.newPage();
      const complaints: string[] = [];
      page.on("pageerror", (error) => complaints.push(String(error)));
      page.on(
        "requestfailed",
        (request) => complaints.push(`${request.url()}: ${request.failure()?.errorText}`),
      );
      page.on("console", (message) => {
        if (["error", "warning"].includes(message.type())) complaints.push(message.text());
      });
      await page.goto(url, { waitUntil: "domcontentloaded" });
      return {
        complaints,
        evaluate: <T>(expression: string): Promise<T> => page.evaluate(expression),
        close: () => context.close(),
        async until(expression) {
          // The page's own policy forbids `waitForFunction`, which evaluates text inside the page.
          const deadline = performance.now() + patienceMs;
          while (await page.evaluate<boolean>(expression) !== true) {
            if (performance.now() > deadline) {
              const text = await page.evaluate<string>("document.body.innerText");
              throw new Error(`in vain for ${expression}:\n${text}\n${complaints.join("\n")}`);
            }
            await page.waitForTimeout(30);
          }
        },
        screenshot: () => page.screenshot({ fullPage: true }),
      };
    },
    [Symbol.asyncDispose]: () => browser.close(),
  };
}
