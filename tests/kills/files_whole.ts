/** Looks for torn files below a device root: whatever a reader could open at this moment must be whole. */
import { join } from "node:path";
import { auth, certs, config } from "../../proto/all.ts";

/** Paths of files that are not whole, with the reason. */
export function tornFiles(root: string): string[] {
  const torn: string[] = [];
  const check = (path: string, decode: (bytes: Uint8Array) => void) => {
    try {
      decode(Deno.readFileSync(path));
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) torn.push(`${path}: ${error}`);
    }
  };
  for (const path of filesBelow(root)) {
    if (/\.json(\.bak)?$/.test(path)) {
      check(path, (bytes) => void JSON.parse(new TextDecoder().decode(bytes)));
    }
  }
  for (const suffix of ["", ".bak"]) {
    check(join(root, `persist/checkpoint/lastconfig${suffix}`), (bytes) => {
      const payload = auth.AuthContainer.decode(bytes).protectedPayload?.payload ?? new Uint8Array();
      if (config.ConfigResponse.decode(payload).configHash === "") throw new Error("no configHash");
    });
    check(join(root, `persist/checkpoint/controllercerts${suffix}`), (bytes) => {
      if (certs.ZControllerCert.decode(bytes).certs.length < 2) throw new Error("fewer than 2 certificates");
    });
  }
  check(join(root, "persist/status/uuid"), (bytes) => {
    if (bytes.length !== 37) throw new Error(`${bytes.length} bytes, expected 37`);
  });
  return torn;
}

/** The `device_name` in `lastconfig`. @throws if it is not whole, or not there */
export function savedName(root: string): string {
  const bytes = Deno.readFileSync(join(root, "persist/checkpoint/lastconfig"));
  const payload = auth.AuthContainer.decode(bytes).protectedPayload?.payload ?? new Uint8Array();
  return config.ConfigResponse.decode(payload).config?.device_name ?? "";
}

/** Temporary files of writers that died or are at work. */
export function temporaries(root: string): string[] {
  return filesBelow(root).filter((path) => /\/tmp\d+$/.test(path));
}

function filesBelow(folder: string): string[] {
  const found: string[] = [];
  for (const base of ["run", "persist"]) collect(join(folder, base), found);
  return found;
}

function collect(folder: string, found: string[]): void {
  try {
    for (const entry of Deno.readDirSync(folder)) {
      const path = join(folder, entry.name);
      if (entry.isDirectory) collect(path, found);
      else if (entry.isFile) found.push(path);
    }
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}
