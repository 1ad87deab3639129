/** A WebAssembly module in its binary format, put together from functions. */
import { ByteWriter } from './bytes.ts'
import {
  type Callee,
  Constants,
  type Features,
  FunctionWriter,
  type Signature,
  type ValueType,
  valueTypes,
} from './function.ts'

export interface MemoryImport {
  /** In pages of 64 KiB. */
  readonly minimum: number
  readonly maximum: number
  /** Whether threads share it. */
  readonly shared: boolean
}

const magicAndVersion = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00]
const sections = { type: 1, import: 2, function: 3, global: 6, export: 7, code: 10 } as const

/** Collects functions; all imports come from `env`, its memory is `env.memory`. */
export class ModuleWriter {
  readonly features: Features
  readonly #imports: { readonly name: string; readonly signature: Signature }[] = []
  readonly #functions: FunctionWriter[] = []
  readonly #exports = new Map<string, number>()
  readonly #constants = new Constants()

  constructor(features: Features) {
    this.features = features
  }

  /** A function that the host gives as `env[name]`. Imports have the first indices, so they are declared first. */
  import(name: string, signature: Signature): Callee {
    if (this.#functions.length > 0) {
      throw new Error('internal: an import after a defined function')
    }
    const known = this.#imports.findIndex((other) => other.name === name)
    const index = known >= 0 ? known : this.#imports.push({ name, signature }) - 1
    return { ...signature, index }
  }

  /** A function of the module's own. `write` puts in its code; its parameters are locals 0, 1, … */
  define(signature: Signature, write: (code: FunctionWriter) => void, exportName?: string): Callee {
    const writer = new FunctionWriter(signature, this.features, this.#constants)
    const { parameters, results } = signature
    // Written before it is numbered, so that what it defines on its way comes first.
    write(writer)
    const index = this.#imports.length + this.#functions.push(writer) - 1
    if (exportName !== undefined) this.#exports.set(exportName, index)
    return { parameters, results, index }
  }

  /** The module's bytes. */
  toBytes(memory: MemoryImport): Uint8Array<ArrayBuffer> {
    const types = new Types()
    const imports = this.#imports.map(({ signature }) => types.indexOf(signature))
    const defined = this.#functions.map((writer) => types.indexOf(writer))
    const out = new ByteWriter().bytes(magicAndVersion)
    section(out, sections.type, types.entries)
    section(out, sections.import, [
      memoryImport(memory),
      ...this.#imports.map((entry, i) => functionImport(entry.name, imports[i] ?? 0)),
    ])
    section(
      out,
      sections.function,
      defined.map((type) => new ByteWriter().unsigned(type)),
    )
    section(out, sections.global, this.#constants.vectors.map(vectorGlobal))
    section(
      out,
      sections.export,
      [...this.#exports].map(([text, index]) => functionExport(text, index)),
    )
    section(out, sections.code, this.#functions.map(body))
    return out.written.slice()
  }
}

/** The module's function types, each once. */
class Types {
  readonly entries: ByteWriter[] = []
  readonly #known = new Map<string, number>()

  indexOf({ parameters, results }: Signature): number {
    const key = `${parameters.join()}:${results.join()}`
    let index = this.#known.get(key)
    if (index === undefined) {
      const entry = new ByteWriter().byte(0x60)
      typeList(entry, parameters)
      typeList(entry, results)
      index = this.entries.push(entry) - 1
      this.#known.set(key, index)
    }
    return index
  }
}

function typeList(out: ByteWriter, types: readonly ValueType[]): void {
  out.unsigned(types.length)
  for (const type of types) out.byte(valueTypes[type])
}

/** A section: its number, its length in bytes, its entries after their count. */
function section(out: ByteWriter, id: number, entries: readonly ByteWriter[]): void {
  const content = new ByteWriter().unsigned(entries.length)
  for (const { written } of entries) content.bytes(written)
  out.byte(id).unsigned(content.length).bytes(content.written)
}

function memoryImport({ minimum, maximum, shared }: MemoryImport): ByteWriter {
  const out = new ByteWriter().name('env').name('memory')
  return out
    .byte(0x02)
    .byte(shared ? 0x03 : 0x01)
    .unsigned(minimum)
    .unsigned(maximum)
}

function functionImport(text: string, type: number): ByteWriter {
  return new ByteWriter().name('env').name(text).byte(0x00).unsigned(type)
}

/** A global that is a vector and stays as it is. */
function vectorGlobal(vector: Uint8Array): ByteWriter {
  const out = new ByteWriter().byte(valueTypes.v128).byte(0x00)
  return out.byte(0xfd).byte(12).bytes(vector).byte(0x0b)
}

function functionExport(text: string, index: number): ByteWriter {
  return new ByteWriter().name(text).byte(0x00).unsigned(index)
}

/** A function's body: its length, its locals in runs of one type, its code, `end`. */
function body({ locals, code }: FunctionWriter): ByteWriter {
  const runs: [ValueType, number][] = []
  for (const type of locals) {
    const last = runs.at(-1)
    if (last?.[0] === type) last[1]++
    else runs.push([type, 1])
  }
  const head = new ByteWriter().unsigned(runs.length)
  for (const [type, count] of runs) head.unsigned(count).byte(valueTypes[type])
  const length = head.length + code.length + 1
  return new ByteWriter().unsigned(length).bytes(head.written).bytes(code.written).byte(0x0b)
}
