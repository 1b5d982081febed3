// @ts-self-types="./quickjs_wasm.d.ts"
/** The JavaScript engine in which PAC files run, compiled once. TypeScript 5.9 has no words for this import. @module */
import source wasm from "quickjs-wasi/quickjs.wasm";

export default wasm;
