/** A forward proxy that lets CONNECT through to one server, or answers with a code of its own. */
import http from "node:http";
import net, { type AddressInfo, type Socket } from "node:net";

export interface ForwardProxy {
  readonly port: number;
  /** `host:port` of each CONNECT, and the URL of each plain request. */
  readonly asked: string[];
  readonly close: () => Promise<void>;
}

/** @param target local port that every tunnel leads to; @param refuse code to answer instead */
export async function startForwardProxy(target: number, refuse?: number): Promise<ForwardProxy> {
  const asked: string[] = [];
  const sockets = new Set<Socket>();
  const keep = (socket: Socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
    socket.on("close", () => sockets.delete(socket));
  };
  const server = http.createServer((request, response) => {
    asked.push(request.url ?? "");
    response.writeHead(refuse ?? 200);
    response.end("proxy");
  });
  server.on("connection", keep);
  server.on("connect", (request, socket: Socket, head: Uint8Array) => {
    asked.push(request.url ?? "");
    if (refuse !== undefined) return void socket.end(`HTTP/1.1 ${refuse} No\r\nContent-Length: 0\r\n\r\n`);
    const onward = net.connect({ host: "127.0.0.1", port: target });
    keep(onward);
    onward.on("connect", () => {
      socket.write("HTTP/1.1 200 Connection established\r\n\r\n");
      onward.write(head);
      socket.pipe(onward);
      onward.pipe(socket);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", () => resolve()));
  return {
    port: (server.address() as AddressInfo).port,
    asked,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
        for (const socket of sockets) socket.destroy();
      }),
  };
}
