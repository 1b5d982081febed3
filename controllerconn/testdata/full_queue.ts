/** A port of a server that never accepts: when its queue is full, connects to it hang. */
import net from "node:net";

/** @param work gets the port on 127.0.0.1 */
export async function withFullQueue(work: (port: number) => Promise<void>): Promise<void> {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0, tcpBacklog: 1 });
  const { port } = listener.addr as Deno.NetAddr;
  const waiting: net.Socket[] = [];
  try {
    for (let connected = true; connected;) {
      const socket = net.connect(port, "127.0.0.1");
      socket.on("error", () => {});
      waiting.push(socket);
      connected = await new Promise<boolean>((resolve) => {
        const timer = setTimeout(() => resolve(false), 300);
        socket.once("connect", () => {
          clearTimeout(timer);
          resolve(true);
        });
      });
    }
    await work(port);
  } finally {
    for (const socket of waiting) socket.destroy();
    listener.close();
  }
}
