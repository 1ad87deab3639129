/** What ARCHITECTURE.md prints of `docs/walk/small.mlp` is what the sources print today. */
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { childrenOf, type Node, parse, walk } from '@chainrule/language'
import { expect, test } from 'vitest'
import { builtInRegistry } from '../src/batteries.ts'
import { engines } from '../src/engines.ts'
import { writeModel } from '../src/model-file.ts'
import { open } from '../src/open.ts'
import { readSafetensors } from '../src/safetensors.ts'
import { prepareTraining } from '../src/training.ts'
import { run } from './support/cli.ts'

const root = (path: string): string => fileURLToPath(new URL(`../../../${path}`, import.meta.url))
const read = (path: string): string => readFileSync(root(path), 'utf8')
const small = 'docs/walk/small.mlp'
const text = read(small)

/** The document by its headings: fenced blocks, and tables of which the head is not compared. */
const sections = new Map(
  read('ARCHITECTURE.md')
    .split(/^## /m)
    .map((section) => {
      const heading = section.split('\n')[0] ?? ''
      const blocks = [...section.matchAll(/^```\w*\n(.*?)^```$/gms)].map(([, block = '']) => block)
      return [heading, { section, blocks }] as const
    }),
)

function blocksOf(heading: string): readonly string[] {
  const found = sections.get(heading)
  if (found === undefined) throw new Error(`ARCHITECTURE.md has no section "${heading}"`)
  return found.blocks
}

const advice = (heading: string, source: string): string =>
  `ARCHITECTURE.md, "${heading}", is old. It quotes ${source}: put the lines marked + in place of those marked -`

/** The block of a section is all that is printed. */
function expectBlock(heading: string, printed: string, source: string): void {
  expect(printed, advice(heading, source)).toBe(blocksOf(heading)[0])
}

/** A block is a run of the lines that are printed; where it is not, those that begin like it are shown. */
function expectPart(heading: string, block: string, printed: string, source: string): void {
  if (`\n${printed}`.includes(`\n${block}`)) return
  const lines = printed.split('\n')
  const quoted = block.trimEnd().split('\n')
  const key = (line: string | undefined): string => /^\s*\S+(?: \S+)?/.exec(line ?? '')?.[0] ?? ''
  const start = Math.max(
    0,
    lines.findIndex((line) => key(line) === key(quoted[0])),
  )
  const now = lines.slice(start, start + quoted.length)
  expect(now.join('\n'), advice(heading, source)).toBe(quoted.join('\n'))
}

async function shown(stage: string): Promise<string> {
  return (await run('show', root(small), '--stage', stage)).out
}

test('the text', () => {
  expectBlock('1. The text', text.replace(/^\/\/.*\n/, ''), small)
})

test('the tree', () => {
  let pipeline: Node | undefined
  walk(parse(text).ast, (node) => {
    if (node.kind === 'pipeline') pipeline ??= node
  })
  const lines = (node: Node, indent: string): string => {
    const { start, end } = node.span
    const line = `${indent}${node.kind} ${start}–${end}   ${text.slice(start, end)}\n`
    return (
      line +
      childrenOf(node)
        .map((child) => lines(child, `${indent}  `))
        .join('')
    )
  }
  expectBlock('2. The tree', pipeline === undefined ? '' : lines(pipeline, ''), 'its tree')
})

test('the graph', async () => {
  expectBlock('4. The layer graph', await shown('graph'), '`show --stage graph`')
})

test('the layer', () => {
  const path = 'packages/layer-dense/src/dense.ts'
  const source = read(path).replace(/^ {2}/gm, '')
  for (const block of blocksOf('5. The layer')) expectPart('5. The layer', block, source, path)
})

test('the program', async () => {
  const heading = '6. The program'
  const program = await shown('program')
  const step = program.slice(program.indexOf('\nentry step'))
  const [declarations = '', ...parts] = blocksOf(heading)
  const source = '`show --stage program`'
  expectPart(heading, declarations, program, source)
  expect(parts).toHaveLength(5)
  for (const part of parts) expectPart(heading, part, step, `the entry step of ${source}`)
})

async function trained() {
  const registry = builtInRegistry()
  const source = { read: () => Promise.reject(new Error('internal: the data are made up')) }
  const { experiment, data } = await open(text, { registry, source })
  // The reference engine, whose bits do not depend on the machine.
  const engine = engines.find(({ name }) => name === 'js')
  if (experiment === undefined || data === undefined || engine === undefined)
    throw new Error(`internal: ${small} does not train`)
  return prepareTraining(text, experiment, data, {
    engine,
    entries: ['init', 'predict', 'evaluate', 'step', 'inspect'],
  })
}

test('the values of a step', async () => {
  const heading = '7. The engine'
  const { session } = await trained()
  const { executable } = session
  const rows = Int32Array.of(0, 1, 2, 3)
  executable.run('inspect', 4, rows)
  const row = (label: string, shape: string, name: string): string =>
    `| ${label} | [${shape}] | ${executable.output('inspect', name).join(', ')} |\n`
  const table =
    row('`dense2/g` = f', '4, 1', 'dense2/g') +
    row('`dense2/dh` = ∂L/∂f', '4, 1', 'dense2/dh') +
    row('`dense2/dW`', '1, 3', 'dense2/dW') +
    row('`loss`', '', 'loss')
  const { section = '' } = sections.get(heading) ?? {}
  const quoted = section.split('\n').filter((line) => /^\| `/.test(line))
  expect(table, advice(heading, 'the entry inspect')).toBe(`${quoted.join('\n')}\n`)
  executable.run('step', 4, rows)
  const [bias] = executable.state('dense2.bias')
  expect(section, advice(heading, 'the bias after a step')).toContain(`from 0 to ${bias}`)
})

test('the events, but for their times', async () => {
  const { out } = await run('train', root(small), '--engine', 'js', '--format', 'json')
  const timeless = (lines: string | undefined): string =>
    (lines ?? '').replace(/"(rate|seconds|secondsLeft)":[^,}]+/g, '"$1":0')
  expect(timeless(out), advice('8. The training', '`train --engine js --format json`')).toBe(
    timeless(blocksOf('8. The training')[0]),
  )
})

test('the saved file', async () => {
  const heading = '9. The saved file'
  const { metadata, tensors } = readSafetensors(writeModel((await trained()).saved()))
  const { section = '' } = sections.get(heading) ?? {}
  const rows = section.split('\n').filter((line) => /^\| `/.test(line))
  const keys = rows.flatMap((line) => [...(line.split('|')[1] ?? '').matchAll(/`(\w+)`/g)])
  expect(Object.keys(metadata), advice(heading, 'the metadata')).toEqual(keys.map(([, key]) => key))
  const names = Object.keys(tensors).sort()
  const listed = `Here: ${names.map((name) => `\`${name}\``).join(', ')}, all F32`
  expect(section.replace(/\s+/g, ' '), advice(heading, 'the tensors')).toContain(listed)
})
