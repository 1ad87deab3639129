/** Readers: bytes in, columns out. Whoever sends a model may send a broken file, so those are read too. */
import {
  ChainruleError,
  configure,
  type RawValue,
  type Reader,
  type ReaderPlugin,
  type ReadValue,
  Registry,
  rawText,
  readBy,
} from '@chainrule/core'
import { type CheckName, checkCases } from './case.ts'
import { probes } from './checks/options.ts'
import type { TestRunner } from './describe-layer.ts'
import { numbersFrom } from './draw.ts'
import { type Finding, formatFinding, messageOf } from './finding.ts'

interface ReaderCall {
  /** Behind the path, as a text gives them. */
  readonly arguments?: readonly RawValue[]
  readonly options?: Readonly<Record<string, RawValue>>
  /** The file's content; a text stands for its UTF-8. */
  readonly file: string | Uint8Array
}

/** A file, and what it holds. */
export interface ReaderCase extends ReaderCall {
  readonly title?: string
  readonly columns: Readonly<Record<string, readonly ReadValue[]>>
}

/** A file that is refused by `fileInvalid`. */
export interface ReaderRefusal extends ReaderCall {
  /** What the message has in it. */
  readonly says: string
}

/** What a reader is checked with: files that it reads, and files that it refuses. */
export interface ReaderConformance {
  readonly cases: readonly ReaderCase[]
  readonly refuses?: readonly ReaderRefusal[]
  /** Of the ways in which files are broken; 1 where left out. */
  readonly seed?: number
}

interface Tested {
  readonly plugin: ReaderPlugin
  readonly case: ReaderCase
  readonly title: string
  readonly seed: number
}

interface ReaderCheck {
  readonly name: CheckName
  readonly title: string
  run(tested: Tested): Finding[]
}

/** Everything that a reader must hold to, on every file. */
export function checkReader(plugin: ReaderPlugin, conformance: ReaderConformance): Finding[] {
  return [
    ...testedOf(plugin, conformance).flatMap((tested) =>
      readerChecks.flatMap((check) => check.run(tested)),
    ),
    ...(conformance.refuses ?? []).flatMap((each) => wrongRefusal(plugin, each, conformance)),
  ]
}

/** Registers one test for each check of each file. */
export function describeReader(
  { describe, it }: TestRunner,
  plugin: ReaderPlugin,
  conformance: ReaderConformance,
): void {
  const fail = (findings: readonly Finding[]): void => {
    if (findings.length > 0) throw new Error(findings.map(formatFinding).join('\n\n'))
  }
  describe(`${plugin.name} keeps the contract`, () => {
    for (const tested of testedOf(plugin, conformance))
      describe(tested.title, () => {
        for (const check of readerChecks)
          it(`${check.name}: ${check.title}`, async () => fail(check.run(tested)))
      })
    for (const refusal of conformance.refuses ?? [])
      it(`refuses a file: ${refusal.says}`, async () =>
        fail(wrongRefusal(plugin, refusal, conformance)))
  })
}

function testedOf(plugin: ReaderPlugin, { cases, seed = 1 }: ReaderConformance): Tested[] {
  checkCases(plugin, { cases }, "{ file: '1 2', columns: { x: [1], y: [2] } }")
  return cases.map((each, i) => ({
    plugin,
    case: each,
    seed,
    title: each.title ?? `file ${i + 1}`,
  }))
}

const bytesOf = ({ file }: ReaderCall): Uint8Array =>
  typeof file === 'string' ? new TextEncoder().encode(file) : file

function readerOf(plugin: ReaderPlugin, call: Omit<ReaderCall, 'file'>): Reader {
  const { arguments: positional = [], options: named = {} } = call
  const { config, problems } = configure(plugin, { positional, named }, new Registry())
  const [problem] = problems
  if (problem !== undefined) throw new ChainruleError(problem.code, problem.message)
  return plugin.with(config)
}

const read = (reader: Reader, bytes: Uint8Array) => readBy(reader, { name: 'file', bytes })

const finding = (
  { plugin, title, seed }: Tested,
  check: CheckName,
  problem: string,
  help: string,
  cause?: unknown,
): Finding => ({
  layer: plugin.name,
  case: title,
  check,
  problem,
  help,
  seed,
  ...(cause === undefined ? {} : { cause }),
})

/** As text, in which what is missing is `null` and typed arrays are lists. */
const plain = (value: unknown): string =>
  JSON.stringify(value, (_, each: unknown) =>
    ArrayBuffer.isView(each) ? Array.from(each as Float64Array) : each,
  )

/**
 * A file gives the columns that its author says.
 *
 * Without it     a model is trained on what stands in the next column
 */
const columns: ReaderCheck = {
  name: 'columns',
  title: 'the file holds these columns',
  run: (tested) => {
    const expected = Object.entries(tested.case.columns)
    let found: ReturnType<typeof read>
    try {
      found = read(readerOf(tested.plugin, tested.case), bytesOf(tested.case))
    } catch (error) {
      return [finding(tested, 'columns', `it is not read: ${messageOf(error)}`, helpColumns, error)]
    }
    const names = found.map(({ name }) => name).join(', ')
    const wanted = expected.map(([name]) => name).join(', ')
    if (names !== wanted)
      return [finding(tested, 'columns', `it gives ${names}, not ${wanted}`, helpColumns)]
    return found.flatMap(({ name, values }, i) => {
      const [came, needed] = [plain(values), plain(expected[i]?.[1])]
      if (came === needed) return []
      return [finding(tested, 'columns', `\`${name}\` is ${came}, not ${needed}`, helpColumns)]
    })
  },
}
const helpColumns = 'mend `read`, or the columns of the case'

/**
 * The same bytes give the same columns, and stay what they were.
 *
 * Without it     a resumed training is another one, and what else reads the file sees other bytes
 */
const determinism: ReaderCheck = {
  name: 'determinism',
  title: 'read again it gives the same, and the bytes are as they were',
  run: (tested) => {
    const bytes = bytesOf(tested.case).slice()
    const before = plain(bytes)
    const reader = readerOf(tested.plugin, tested.case)
    const [first, again] = [0, 1].map(() => plain(read(reader, bytes)))
    return [
      ...(first === again
        ? []
        : [finding(tested, 'determinism', 'it gives other columns the second time', helpSame)]),
      ...(plain(bytes) === before
        ? []
        : [finding(tested, 'untouched', 'it changes the bytes that it is given', helpSame)]),
    ]
  },
}
const helpSame = 'compute from the bytes and the configuration alone, into new arrays'

/** Ways in which a file is broken. */
const brokenFiles = 300

/**
 * A file that is cut off, or in which bytes are others, is read as what it then is, or refused by `fileInvalid`.
 *
 * Without it     a person whose download broke off reads "Cannot read properties of undefined"
 */
const broken: ReaderCheck = {
  name: 'broken',
  title: 'a broken file is read, or refused with a code',
  run: (tested) => {
    const reader = readerOf(tested.plugin, tested.case)
    const bytes = bytesOf(tested.case)
    const numbers = numbersFrom(tested.seed)
    for (let i = 0; i < brokenFiles; i++) {
      const changed = bytes.slice(0, i % 2 === 0 ? numbers.whole(bytes.length + 1) : undefined)
      const times = i % 2 === 0 ? 0 : 1 + numbers.whole(4)
      for (let n = 0; n < times; n++) changed[numbers.whole(bytes.length)] = numbers.whole(256)
      try {
        read(reader, changed)
      } catch (error) {
        if (error instanceof ChainruleError && error.code !== 'reader-columns') continue
        const what = times === 0 ? `the first ${changed.length} bytes` : shown(changed)
        return [
          finding(tested, 'broken', `of ${what} it says: ${messageOf(error)}`, helpBroken, error),
        ]
      }
    }
    return []
  },
}
const helpBroken =
  'look before each step whether the file goes on as it should, and throw `fileInvalid` where it does not'

const shown = (bytes: Uint8Array): string =>
  JSON.stringify(new TextDecoder().decode(bytes).slice(0, 80))

/**
 * Every value of an option is refused, or the file is read or refused with a code.
 *
 * Without it     `size=0` ends in an error of somebody else's
 */
const options: ReaderCheck = {
  name: 'options',
  title: 'a value of an option is refused with a code, or works',
  run: (tested) => {
    const { plugin, case: own } = tested
    const order = Object.keys(plugin.arguments)
    const given = (own.arguments ?? []).map((raw, i) => [order[i] ?? '', raw] as const)
    return Object.entries({ ...plugin.arguments, ...plugin.options }).flatMap(([name, field]) =>
      probes(field).flatMap((value) => {
        const named = { ...Object.fromEntries(given), ...own.options, [name]: value }
        try {
          read(readerOf(plugin, { options: named }), bytesOf(own))
          return []
        } catch (error) {
          if (error instanceof ChainruleError && error.code !== 'reader-columns') return []
          const call = `\`${name}=${rawText(value)}\``
          const problem = `${call} is taken, and then: ${messageOf(error)}`
          const help =
            'give the field its range, or throw `fileInvalid` where the file does not fit'
          return [finding(tested, 'options', problem, help, error)]
        }
      }),
    )
  },
}

const readerChecks: readonly ReaderCheck[] = [columns, determinism, broken, options]

function wrongRefusal(
  plugin: ReaderPlugin,
  refusal: ReaderRefusal,
  { seed = 1 }: ReaderConformance,
): Finding[] {
  const tested = {
    plugin,
    seed,
    title: `refuses: ${refusal.says}`,
    case: { ...refusal, columns: {} },
  }
  const help = 'mend `read`, or the line of `refuses`'
  try {
    read(readerOf(plugin, refusal), bytesOf(refusal))
  } catch (error) {
    const isRight =
      error instanceof ChainruleError &&
      error.code === 'file-invalid' &&
      error.message.includes(refusal.says)
    if (isRight) return []
    const problem = `it is refused with other words: ${messageOf(error)}`
    return [finding(tested, 'broken', problem, help, error)]
  }
  return [finding(tested, 'broken', 'it is read, and not refused', help)]
}
