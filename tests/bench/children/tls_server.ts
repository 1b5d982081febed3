/**
 * The least a controller can be: `tls_server.ts <folder>`. Reads whatever comes and answers 201 with the bytes of
 * `answer.bin`. Says its port; for each line on standard input it says `<requests answered> <time of the first one's
 * arrival> <time of the last answer> <TLS connections accepted>`, times in monotonic milliseconds, and after the line
 * `reset` counts anew.
 */
import https from "node:https";
import { monotonicMs } from "../monotonic.ts";
import { heard, say } from "../stdio.ts";

const [folder = ""] = Deno.args;
const read = (name: string) => Deno.readTextFileSync(`${folder}/${name}`);
const answer = Deno.readFileSync(`${folder}/answer.bin`);
let [answered, first, last, connections] = [0, 0, 0, 0];
const server = https.createServer(
  { cert: read("server.pem"), key: read("server-key.pem") },
  (request, response) => {
    if (first === 0) first = monotonicMs();
    request.on("data", () => {});
    request.on("end", () => {
      response.writeHead(201, {
        "Content-Type": "application/x-proto-binary",
        "Content-Length": String(answer.length),
      });
      // An empty chunk on a TLS socket is a panic of Deno 2.7.14.
      if (answer.length === 0) response.end();
      else response.end(answer);
      answered++;
      last = monotonicMs();
    });
  },
);
server.on("secureConnection", (socket) => {
  socket.setNoDelay(true);
  connections++;
});
// Deno 2.7.14 counts these from the connection's first request, and answers a later one with 400.
server.requestTimeout = server.headersTimeout = 0;
server.listen(0, "127.0.0.1", () => {
  const address = server.address();
  say(String(typeof address === "object" ? address?.port : ""));
});
for await (const line of heard()) {
  say(`${answered} ${first} ${last} ${connections}`);
  if (line === "reset") [answered, first, last, connections] = [0, 0, 0, 0];
}
