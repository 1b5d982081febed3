/** A proxy that knows CONNECT, over TLS or without, and remembers what it was told. */
import net, { type AddressInfo, type Socket } from "node:net";
import tls from "node:tls";
import type { Certificate } from "../../controllerconn/testdata/certificates.ts";

/** `await using proxy = await startConnectProxy(certificate)` */
export interface ConnectProxy extends AsyncDisposable {
  readonly port: number;
  /** Everything that came outside of tunnels, decrypted. */
  heard(): string;
}

/** @param certificate without it the proxy is spoken to without TLS */
export async function startConnectProxy(certificate?: Certificate): Promise<ConnectProxy> {
  const sockets = new Set<Socket>();
  let heard = "";
  const onConnection = (socket: Socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
    socket.on("close", () => sockets.delete(socket));
    socket.once("data", (head: Uint8Array) => {
      const text = new TextDecoder().decode(head);
      heard += text;
      const port = /^CONNECT [^ ]+:(\d+) HTTP\/1\.1\r\n/.exec(text)?.[1];
      if (port === undefined) return void socket.destroy();
      const onward = net.connect(Number(port), "127.0.0.1", () => {
        socket.write("HTTP/1.1 200 Connection established\r\n\r\n");
        socket.pipe(onward).pipe(socket);
      });
      sockets.add(onward);
      onward.on("error", () => socket.destroy());
      onward.on("close", () => sockets.delete(onward));
    });
  };
  const server = certificate === undefined
    ? net.createServer(onConnection)
    : tls.createServer({ cert: certificate.pem, key: certificate.keyPem }, onConnection);
  server.on("tlsClientError", () => {});
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", () => resolve()));
  return {
    port: (server.address() as AddressInfo).port,
    heard: () => heard,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
