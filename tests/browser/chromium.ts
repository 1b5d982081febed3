/** Debian's Chromium without a window, spoken to over its own protocol: open a page, look at it, hear what it complains of. */

/** One open page. */
export interface Page {
  /** The value of an expression in the page. */
  evaluate<T>(expression: string): Promise<T>;
  /** Waits until the expression is true. @throws {Error} after 20 s, with the text of the page */
  until(expression: string): Promise<void>;
  /** PNG of the page. */
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

type Message = {
  id?: number;
  sessionId?: string;
  method?: string;
  result?: unknown;
  error?: unknown;
  params?: unknown;
};
type Send = (method: string, params?: unknown, sessionId?: string) => Promise<Record<string, unknown>>;

/** @throws {Error} naming the package if there is none */
export async function startBrowser(): Promise<Browser> {
  const folder = await Deno.makeTempDir({ prefix: "eve-diag-browser-" });
  const child = launch(folder);
  const { address, drained } = await addressFrom(child);
  const socket = new WebSocket(address);
  await new Promise((resolve, reject) => {
    socket.onopen = resolve;
    socket.onerror = () => reject(new Error("no connection to Chromium"));
  });
  const waiting = new Map<number, PromiseWithResolvers<Record<string, unknown>>>();
  const listeners: ((message: Message) => void)[] = [];
  socket.onmessage = ({ data }) => {
    const message: Message = JSON.parse(data);
    const waits = message.id === undefined ? undefined : waiting.get(message.id);
    if (waits === undefined) return listeners.forEach((listener) => listener(message));
    if (message.error !== undefined) waits.reject(new Error(JSON.stringify(message.error)));
    else waits.resolve(message.result as Record<string, unknown>);
  };
  let id = 0;
  const send: Send = (method, params = {}, sessionId) => {
    const answer = Promise.withResolvers<Record<string, unknown>>();
    waiting.set(++id, answer);
    socket.send(JSON.stringify({ id, method, params, ...(sessionId === undefined ? {} : { sessionId }) }));
    return answer.promise;
  };
  return {
    open: (url, look = {}) =>
      openPage(send, listeners, url, { width: 900, height: 1200, scheme: "light", ...look }),
    async [Symbol.asyncDispose]() {
      const closed = new Promise((resolve) => socket.onclose = resolve);
      await send("Browser.close").catch(() => {});
      await child.status;
      if (socket.readyState !== WebSocket.CLOSED) await closed;
      await drained;
      await Deno.remove(folder, { recursive: true });
    },
  };
}

function launch(folder: string): Deno.ChildProcess {
  try {
    return new Deno.Command("chromium", {
      args: [
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-dev-shm-usage",
        "--no-first-run",
        "--no-proxy-server",
        "--remote-debugging-port=0",
        `--user-data-dir=${folder}`,
        "about:blank",
      ],
      stdin: "null",
      stdout: "null",
      stderr: "piped",
    }).spawn();
  } catch (error) {
    throw new Error("Chromium is needed: apt-get install chromium", { cause: error });
  }
}

async function addressFrom(child: Deno.ChildProcess): Promise<{ address: string; drained: Promise<void> }> {
  const lines = child.stderr.pipeThrough(new TextDecoderStream()).getReader();
  let seen = "";
  for (;;) {
    const { value, done } = await lines.read();
    if (done) throw new Error(`Chromium ended: ${seen}`);
    seen += value;
    const address = /DevTools listening on (ws:\S+)/.exec(seen)?.[1];
    if (address === undefined) continue;
    const drained = (async () => {
      while (!(await lines.read()).done);
    })();
    return { address, drained };
  }
}

async function openPage(
  send: Send,
  listeners: ((message: Message) => void)[],
  url: string,
  { width, height, scheme }: Look,
): Promise<Page> {
  const { targetId } = await send("Target.createTarget", { url: "about:blank" });
  const { sessionId } = await send("Target.attachToTarget", { targetId, flatten: true });
  const session = String(sessionId);
  const complaints: string[] = [];
  listeners.push((message) => {
    if (message.sessionId !== session) return;
    const text = JSON.stringify(message.params);
    if (message.method === "Runtime.exceptionThrown") complaints.push(text);
    if (message.method === "Log.entryAdded" && /"level":"(error|warning)"/.test(text)) complaints.push(text);
    if (message.method === "Runtime.consoleAPICalled" && /"type":"(error|warning)"/.test(text)) {
      complaints.push(text);
    }
  });
  for (const domain of ["Runtime", "Log", "Page"]) await send(`${domain}.enable`, {}, session);
  await send("Emulation.setDeviceMetricsOverride", {
    width,
    height,
    deviceScaleFactor: 1,
    mobile: width < 600,
  }, session);
  await send(
    "Emulation.setEmulatedMedia",
    { features: [{ name: "prefers-color-scheme", value: scheme }] },
    session,
  );
  await send("Page.navigate", { url }, session);
  const evaluate = async <T>(expression: string): Promise<T> => {
    const { result } = await send("Runtime.evaluate", { expression, returnByValue: true }, session);
    return (result as { value: T }).value;
  };
  return {
    complaints,
    evaluate,
    close: async () => void await send("Target.closeTarget", { targetId }),
    async until(expression) {
      const deadline = performance.now() + 20_000;
      while (!await evaluate<boolean>(expression)) {
        if (performance.now() > deadline) {
          throw new Error(
            `in vain for ${expression}:\n${await evaluate("document.body.innerText")}\n${
              complaints.join("\n")
            }`,
          );
        }
        await new Promise((resolve) => setTimeout(resolve, 30));
      }
    },
    async screenshot() {
      const { data } = await send("Page.captureScreenshot", { captureBeyondViewport: true }, session);
      return Uint8Array.fromBase64(String(data));
    },
  };
}
