/** An HTTP proxy that knows CONNECT only, and lets everybody through. */
import net, { type AddressInfo, type Socket } from "node:net";

export interface ConnectProxy {
  readonly port: number;
  /** Heads of the requests, as they came. */
  readonly heads: string[];
  close(): Promise<void>;
}

export async function startConnectProxy(): Promise<ConnectProxy> {
  const heads: string[] = [];
  const sockets = new Set<Socket>();
  const kept = (socket: Socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
    socket.on("close", () => sockets.delete(socket));
    return socket;
  };
  const server = net.createServer((client) => {
    kept(client).once("data", (head: Uint8Array) => {
      const text = new TextDecoder().decode(head);
      heads.push(text);
      const port = Number(/^CONNECT [^ ]*:(\d+) /.exec(text)?.[1]);
      const onward = kept(net.connect(port, "127.0.0.1"));
      onward.once("connect", () => {
        client.write("HTTP/1.1 200 Connection established\r\n\r\n");
        client.pipe(onward);
        onward.pipe(client);
      });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", () => resolve()));
  return {
    port: (server.address() as AddressInfo).port,
    heads,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}
