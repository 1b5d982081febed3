/** For tests: a CONNECT proxy that answers what it is told to, and servers that are no controller. */

/** A proxy; `using` closes it. */
export interface TestProxy extends AsyncDisposable {
  readonly port: number;
  /** Status line of the answer to CONNECT; `""` connects, to the loopback whatever the name. */
  answer: string;
  /** What was asked of it, request lines. */
  readonly asked: string[];
  close(): void;
}

/** Listens on the loopback. */
export function openProxy(): TestProxy {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const open = new Set<Deno.TcpConn>();
  const asked: string[] = [];
  let closed = false;
  const proxy = {
    port: listener.addr.port,
    answer: "",
    asked,
    close() {
      if (!closed) listener.close();
      closed = true;
    },
    async [Symbol.asyncDispose]() {
      proxy.close();
      for (const connection of open) shut(connection);
      await accepting;
      await Promise.allSettled(served);
    },
  };
  const served: Promise<void>[] = [];
  const accepting = accept(listener, (connection) => void served.push(serve(connection)));
  async function serve(connection: Deno.TcpConn): Promise<void> {
    open.add(connection);
    try {
      const head = await readHead(connection);
      asked.push(head.split("\r\n")[0] ?? "");
      if (proxy.answer !== "") {
        await write(connection, `HTTP/1.1 ${proxy.answer}\r\nContent-Length: 0\r\n\r\n`);
        return;
      }
      const port = Number(/:(\d+) /.exec(asked.at(-1) ?? "")?.[1]);
      const upstream = await Deno.connect({ hostname: "127.0.0.1", port });
      open.add(upstream);
      await write(connection, "HTTP/1.1 200 Connected\r\n\r\n");
      await Promise.allSettled([
        connection.readable.pipeTo(upstream.writable),
        upstream.readable.pipeTo(connection.writable),
      ]);
      open.delete(upstream);
    } catch {
      // The client has gone.
    } finally {
      open.delete(connection);
      shut(connection);
    }
  }
  return proxy;
}

/** `silent` accepts and says nothing; `plain-http` answers without TLS. */
export function openBadServer(kind: "silent" | "plain-http"): AsyncDisposable & { readonly port: number } {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const open = new Set<Deno.TcpConn>();
  const served: Promise<void>[] = [];
  const accepting = accept(listener, (connection) => {
    open.add(connection);
    if (kind === "plain-http") {
      served.push(
        write(connection, "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n").catch(() => {})
          .finally(() => shut(connection)),
      );
    }
  });
  return {
    port: listener.addr.port,
    async [Symbol.asyncDispose]() {
      listener.close();
      for (const connection of open) shut(connection);
      await accepting;
      await Promise.allSettled(served);
    },
  };
}

async function accept(listener: Deno.TcpListener, take: (connection: Deno.TcpConn) => void): Promise<void> {
  for await (const connection of listener) take(connection);
}

async function readHead(connection: Deno.TcpConn): Promise<string> {
  let head = "";
  const buffer = new Uint8Array(4096);
  while (!head.includes("\r\n\r\n")) {
    const count = await connection.read(buffer);
    if (count === null) throw new Error("closed");
    head += new TextDecoder().decode(buffer.subarray(0, count));
  }
  return head;
}

async function write(connection: Deno.TcpConn, text: string): Promise<void> {
  const bytes = new TextEncoder().encode(text);
  for (let done = 0; done < bytes.length;) done += await connection.write(bytes.subarray(done));
}

function shut(connection: Deno.TcpConn): void {
  try {
    connection.close();
  } catch {
    // It is closed.
  }
}
