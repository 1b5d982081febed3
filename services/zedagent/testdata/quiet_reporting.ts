/** A reporting side that only fetches the controller's certificates, for tests of the config side alone. */
import { urlPathString } from "../../../controllerconn/mod.ts";
import type { Reporting } from "../reporting.ts";

export const quietReporting: Reporting = {
  startAttestation: () => ({ restart() {}, quoteSent: false, state: 0, error: "" }),
  startControllerCertsTask(access, deps) {
    let failed = false;
    const fetchCerts = async () => {
      const url = urlPathString(access.server(), "", "certs");
      const result = await access.client.sendOnAllIntf(url, undefined, { signal: access.device.signal });
      failed = result.error !== undefined;
      try {
        if (!failed && access.client.acceptControllerCerts(result.contents).changed) deps.onArrived();
      } catch {
        failed = true;
      }
    };
    fetchCerts();
    return {
      trigger: () => void fetchCerts(),
      publishStored() {},
      setReferencedHashes() {},
      get lastFetchFailed() {
        return failed;
      },
    };
  },
  startEdgeNodeCertsTask: () => ({ resend() {} }),
  startInfo: () => ({ requestDeviceInfo() {}, publishAll() {} }),
  startMetrics: () => ({ intervalChanged() {} }),
};
