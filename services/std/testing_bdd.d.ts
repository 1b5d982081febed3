/** The part of `@std/testing/bdd` that this project uses, with the signatures of `jsr:@std/testing@1`. */
type Hook = () => void | Promise<void>;
export function describe(name: string, fn: () => void): void;
export function it(name: string, fn: (t: Deno.TestContext) => void | Promise<void>): void;
export function beforeAll(fn: Hook): void;
export function afterAll(fn: Hook): void;
export function beforeEach(fn: Hook): void;
export function afterEach(fn: Hook): void;
