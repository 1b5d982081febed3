/** A small program for the tests of `runMain`: what it does is its first operation. */
import { faultFlags, runMain } from "../mod.ts";

// Decided before the flags are read: `pidFile` and `touchFile` belong to the program, not to one run of it.
const bare = Deno.args.includes("--bare");

await runMain({
  pidFile: !bare,
  touchFile: !bare,
  agent: "testagent",
  program: "tester",
  usage: "[wait|return|throw|stray|late|ignore]\nWaits, fails or returns, as the tests ask.",
  flags: [{ name: "bare", help: "without pid and touch files, as diag" }, {
    name: "code",
    value: "N",
    integer: true,
    help: "exit code of return",
  }, ...faultFlags],
  exitCodes: { 0: "asked to end", 1: "fatal error", 2: "malformed command line" },
  options: (args) => ({ what: args.operations[0] ?? "wait", code: args.integer("code") ?? 0 }),
  async run(device, { what, code }) {
    device.log.info("running");
    switch (what) {
      case "return":
        return code;
      case "throw":
        throw new Error("the flux capacitor is missing");
      case "stray":
        setTimeout(() => void Promise.reject(new Error("nobody caught me")), 1);
        break;
      case "ignore":
        await device.clock.sleep(60_000, new AbortController().signal);
        break;
    }
    await device.clock.sleep(600_000, device.signal);
    if (what === "late") throw new Error("too late");
    return 0;
  },
}, Deno.args);
