/**
 * Faults that take two requests or two answers to show. TLS makes the order of bytes on one connection fixed, so these are
 * done at the controller's side, at the level of HTTP. `order_test.ts` plays each by its name.
 */

export const ORDER_RULES = {
  "duplicate request": {
    applied: "the request is replayed to the controller byte for byte, and the first answer to it is dropped",
    seen:
      "delivered. Both copies carry the same X-Request-Id and the same envelope, so the controller can tell",
  },
  "answers in another order": {
    applied: "two requests are under way; the second one is answered first",
    seen: "each request gets its own answer: a request under way has its connection for itself",
  },
  "late answer": {
    applied: "the answer comes after the send timer, when the next request is already under way",
    seen: "`timeout`; the next request gets its own answer, because the connection of the late one is gone",
  },
  "two answers together": {
    applied: "behind the answer, in the same piece, comes a second one",
    seen: "the first one is taken, the second one never is, and the connection is not used again",
  },
  "an answer to no request": {
    applied: "a second answer comes when the connection is kept and idle",
    seen: "it is never taken for the answer to the next request, which is delivered and gets its own",
  },
  "farewell 408": {
    applied: "the controller closes a kept, idle connection and says 408 before it does",
    seen: "nothing is reported; the next request takes a fresh connection",
  },
} as const;

export type OrderRule = keyof typeof ORDER_RULES;
