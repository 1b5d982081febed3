/** One question to the local profile server, over each way to it in turn (`spec/zedagent.md §17`, `spec/device-api.md §11`). */
import { type Client, type SendResult, validateProtoContentType } from "../../../controllerconn/mod.ts";
import { STATUS_CODE } from "@std/http/status";
import { errorText } from "../../agent/mod.ts";
import type { LpsServer } from "./lps_servers.ts";

/** What a body says: something to do, or why it is not used. */
export type LpsVerdict =
  | { readonly kind: "accepted"; apply(): void }
  | { readonly kind: "refused"; readonly reason: string };

/** What came of asking. */
export type LpsAnswer =
  | { readonly kind: "accepted"; apply(): void }
  /** 204: nothing new. */
  | { readonly kind: "nothing" }
  /** 404: the server does not have this endpoint. */
  | { readonly kind: "not-found" }
  /** No server gave an answer that can be used. */
  | { readonly kind: "failed"; readonly reasons: readonly string[] }
  | { readonly kind: "discarded" };

/** A question. */
export interface LpsQuestion {
  /** With a slash in front. */
  readonly path: string;
  /** Protobuf; `undefined` for a GET. */
  readonly body: Uint8Array | undefined;
  /** Judges the body of a 200 or 201. Nothing must have been done yet: it may be discarded. */
  judge(contents: Uint8Array): LpsVerdict;
  readonly signal: AbortSignal;
  /** True if a configuration was applied since the question was put. */
  isStale(): boolean;
}

const protobufType = "application/x-proto-binary";

/** Never throws. */
export async function askLps(
  client: Pick<Client, "sendLocal">,
  servers: readonly LpsServer[],
  question: LpsQuestion,
): Promise<LpsAnswer> {
  const reasons: string[] = [];
  for (const { baseUrl, ifName, sourceAddr } of servers) {
    const result = await client.sendLocal(
      `${baseUrl}${question.path}`,
      { ifName, sourceAddr },
      question.body,
      {
        signal: question.signal,
        ...(question.body === undefined ? {} : { contentType: protobufType }),
      },
    );
    if (question.signal.aborted || question.isStale()) return { kind: "discarded" };
    const answer = answerOf(result, question);
    if (answer.kind !== "refused") return answer;
    reasons.push(answer.reason);
  }
  return { kind: "failed", reasons };
}

function answerOf(result: SendResult, { judge }: LpsQuestion): LpsAnswer | LpsVerdict {
  switch (result.httpStatus) {
    case STATUS_CODE.NotFound:
      return { kind: "not-found" };
    case STATUS_CODE.NoContent:
      return { kind: "nothing" };
    case STATUS_CODE.OK:
    case STATUS_CODE.Created: {
      const wrong = result.error ?? validateProtoContentType(result);
      if (wrong !== undefined) return { kind: "refused", reason: wrong.message };
      try {
        return judge(result.contents);
      } catch (error) {
        return {
          kind: "refused",
          reason: `${result.reqURL}: ${result.contents.length} bytes that don't decode (${errorText(error)})`,
        };
      }
    }
    default:
      return {
        kind: "refused",
        reason: result.error?.message ??
          `${result.reqURL}: expected status 200, 201, 204 or 404, got ${result.httpStatus}`,
      };
  }
}

/** @returns the reason for refusing; `undefined` if the token is the one that the controller has named */
export function tokenFault(what: string, got: string, expected: string): string | undefined {
  return got === expected
    ? undefined
    : `${what}: its server_token is not profile_server_token; the answer is ignored`;
}
