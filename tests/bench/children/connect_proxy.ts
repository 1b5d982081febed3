/** The least a proxy can be: answers CONNECT and hands bytes on, to the asked port on loopback whatever the host. Says its port. */
import net from "node:net";
import { say } from "../stdio.ts";

const server = net.createServer((near) => {
  near.on("error", () => near.destroy());
  near.setNoDelay(true);
  near.once("data", (head) => {
    const port = /^CONNECT [^ ]*:(\d+) /.exec(head.toString("latin1"))?.[1];
    const far = net.connect({ host: "127.0.0.1", port: Number(port) });
    far.on("error", () => near.destroy());
    near.on("close", () => far.destroy());
    far.on("close", () => near.destroy());
    far.once("connect", () => {
      far.setNoDelay(true);
      near.write("HTTP/1.1 200 Connection established\r\n\r\n");
      near.pipe(far);
      far.pipe(near);
    });
  });
});
server.listen(0, "127.0.0.1", () => {
  const address = server.address();
  say(String(typeof address === "object" ? address?.port : ""));
});
