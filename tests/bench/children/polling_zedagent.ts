/**
 * zedagent on a clock that goes 100 times as fast, so that it polls every 50 ms: `polling_zedagent.ts <root>`.
 * Attestation, device certificates, info and metrics are left out: they would be 100 times as busy too. Runs until SIGTERM.
 */
import { testDevice } from "../../../services/agent/test_device.ts";
import { reporting } from "../../../services/zedagent/run.ts";
import { runWith } from "../../../services/zedagent/start_order.ts";
import { fastClock } from "../../../services/agent/fake_clock.ts";

const nothing = () => {};
const [root = ""] = Deno.args;
await using device = testDevice({ agent: "zedagent", root, clock: fastClock(100) });
Deno.addSignalListener("SIGTERM", () => device.end());
await runWith(device, { standalone: false }, {
  ...reporting,
  startAttestation: () => ({
    restart: nothing,
    certificatesArrived: nothing,
    quoteSent: false,
    state: 0,
    error: "",
  }),
  startEdgeNodeCertsTask: () => ({ resend: nothing }),
  startInfo: () => ({ requestDeviceInfo: nothing, publishAll: nothing }),
  startMetrics: () => ({ intervalChanged: nothing }),
});
