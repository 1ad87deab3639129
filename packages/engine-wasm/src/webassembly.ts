/**
 * The part of the WebAssembly JavaScript interface that the engine uses, with types of our own: neither the language's
 * library nor Node's types declare it, and the browser's would bring the whole DOM along.
 */

export interface WasmMemory {
  readonly buffer: ArrayBuffer
  grow(pages: number): number
}

export interface WasmInstance {
  readonly exports: Readonly<Record<string, unknown>>
}

type Imports = Readonly<
  Record<string, Readonly<Record<string, WasmMemory | ((...numbers: never[]) => unknown)>>>
>

interface WebAssemblyInterface {
  readonly Memory: new (descriptor: {
    readonly initial: number
    readonly maximum: number
    readonly shared?: boolean
  }) => WasmMemory
  readonly Module: new (bytes: Uint8Array<ArrayBuffer>) => object
  readonly Instance: new (module: object, imports: Imports) => WasmInstance
  validate(bytes: Uint8Array<ArrayBuffer>): boolean
}

export const wasm: WebAssemblyInterface = (
  globalThis as unknown as { readonly WebAssembly: WebAssemblyInterface }
).WebAssembly
