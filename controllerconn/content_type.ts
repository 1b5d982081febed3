/** Is a response what an endpoint of the controller must send? (`spec/controllerconn.md §2`) */
import { ControllerConnError } from "./error.ts";
import type { SendResult } from "./types.ts";

const EXPECTED = "application/x-proto-binary";

/**
 * Fine if the body is empty; otherwise the media type must be `application/x-proto-binary`, parameters ignored.
 * @returns the error (kind `content-type`), or undefined
 */
export function validateProtoContentType(
  result: Pick<SendResult, "reqURL" | "headers" | "contents">,
): ControllerConnError | undefined {
  if (result.contents.length === 0) return undefined;
  const header = result.headers["content-type"];
  const media = header?.split(";")[0]?.trim().toLowerCase();
  if (media === EXPECTED) return undefined;
  const arrived = header === undefined ? "no Content-Type" : `Content-Type "${header.slice(0, 100)}"`;
  return new ControllerConnError(
    "content-type",
    `${result.reqURL}: expected Content-Type ${EXPECTED}, the answer (${result.contents.length} bytes) has ` +
      `${arrived}; it is not used`,
  );
}
