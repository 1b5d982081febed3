/**
 * What a program outside this project gets of the bus: publications and subscriptions, and no parts of them
 * (`docs/spec/pubsub.md`). `openBus(options)` is the way in.
 * @module
 */
export type { Bus, BusOptions, Publication, Subscription, SubscriptionHandlers } from "./bus.ts";
export { PubsubError, type PubsubErrorKind } from "./error.ts";
export { openBus } from "./open_bus.ts";
export { textCodec } from "./text_codec.ts";
export type { Codec, Topic } from "./topic.ts";
