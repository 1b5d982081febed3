/** Reads the body of an answer, within limits, and undoes gzip (`spec/device-api.md §2.1`). */
import type { IncomingMessage } from "node:http";
import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import { Buffer } from "node:buffer";
import { OwnFailure } from "./transport_failure.ts";

/** How much of an answer is wanted. */
export interface BodyLimit {
  readonly bytes: number;
  /** `fail`: more is an error. `cut`: what is beyond is left unread. */
  readonly beyond: "fail" | "cut";
}

function tooLarge(limit: number, what: string): OwnFailure {
  return new OwnFailure(
    "bad-answer",
    `answer too large: ${what}, the limit is ${limit} bytes; it is not used`,
  );
}

function collect(response: IncomingMessage, limit: BodyLimit): Promise<Buffer> {
  const promised = Number(response.headers["content-length"] ?? NaN);
  return new Promise((resolve, reject) => {
    if (limit.beyond === "fail" && promised > limit.bytes) {
      reject(tooLarge(limit.bytes, `it promises ${promised} bytes`));
      return;
    }
    const chunks: Buffer[] = [];
    let received = 0;
    const cutOff = () => {
      const whole = Number.isNaN(promised) ? "" : ` of ${promised}`;
      reject(new OwnFailure("bad-answer", `answer cut off after ${received}${whole} bytes; it is not used`));
    };
    response.on("data", (chunk: Buffer) => {
      chunks.push(chunk);
      received += chunk.length;
      if (received <= limit.bytes) return;
      if (limit.beyond === "fail") reject(tooLarge(limit.bytes, `${received} bytes arrived so far`));
      else resolve(Buffer.concat(chunks).subarray(0, limit.bytes));
      response.destroy();
    });
    response.on("end", () => response.complete ? resolve(Buffer.concat(chunks)) : cutOff());
    response.on("error", cutOff);
    response.on("close", () => response.readableEnded || cutOff());
  });
}

async function decode(body: Buffer, encoding: string, limit: BodyLimit): Promise<Buffer> {
  if (body.length === 0 || encoding === "" || encoding === "identity") return body;
  if (encoding !== "gzip") {
    throw new OwnFailure(
      "bad-answer",
      `answer has Content-Encoding "${encoding}", expected gzip or none; it is not used`,
    );
  }
  try {
    return await promisify(gunzip)(body, { maxOutputLength: limit.bytes });
  } catch (cause) {
    if (cause instanceof Error && Reflect.get(cause, "code") === "ERR_BUFFER_TOO_LARGE") {
      throw tooLarge(limit.bytes, `${body.length} bytes of gzip become more`);
    }
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new OwnFailure("bad-answer", `answer is no valid gzip (${reason}); it is not used`);
  }
}

/** @throws {OwnFailure} `bad-answer`: too large, cut off, wrong encoding */
export async function readBody(response: IncomingMessage, limit: BodyLimit): Promise<Uint8Array> {
  const encoding = (response.headers["content-encoding"] ?? "").trim().toLowerCase();
  const body = await collect(response, limit);
  try {
    return Uint8Array.from(await decode(body, encoding, limit));
  } catch (error) {
    if (limit.beyond === "fail") throw error;
    // An answer that is an error anyway: its body is for people only.
    return Uint8Array.from(body);
  }
}
