/** Data that a reader of a plugin reads: what is asked of it, and what is wrong with how it is named. */
import { defineReader, number, positiveInteger } from '@chainrule/core'
import { describe, expect, test } from 'vitest'
import { dataRequest, parse, renderDiagnostics, resolve, resolvedText } from '../../src/index.ts'
import { registry as builtIn } from '../support/registry.ts'

const sparse = defineReader({
  name: 'p.sparse',
  summary: 'Rows of LIBSVM.',
  arguments: { width: positiveInteger() },
  options: { fill: number({ default: 0 }) },
  read: () => ({ x: [1] }),
})
const registry = builtIn.copy().register(sparse)
const asked = (text: string) => dataRequest(parse(text).ast, { registry })
const body = '{ target y }\ndense 1'

test('a request has its path, its arguments, and what every table has', () => {
  const { request, diagnostics } = asked(
    'let n = 2\ndata p.sparse "a.svm" n time=t group=g { target y; window 3 }\ndense 1',
  )
  expect(diagnostics).toEqual([])
  expect(request?.source).toMatchObject({
    kind: 'reader',
    name: { value: 'p.sparse' },
    path: { value: 'a.svm' },
    reader: { name: 'p.sparse', config: { width: 2, fill: 0 } },
  })
  expect(request?.series).toMatchObject({ time: { value: 't' }, group: { value: 'g' } })
})

describe('what is wrong is said', () => {
  test.each([
    ['data p.spars "a" 3 ', 'unknown kind of data `p.spars`', 'did you mean `p.sparse`?'],
    ['data p.sparse "a" ', '`data p.sparse` needs `width`: a whole number from 1', ''],
    ['data p.sparse 3 ', '`path` of `data p.sparse` must be a path in quotes, not `3`', ''],
    ['data p.sparse "a" 0.5 ', '`width` of `data p.sparse` must be a whole number from 1', ''],
    ['data p.sparse "a" 3 fil=1 ', '`data p.sparse` has no argument `fil`', '`fill`'],
    ['data p.sparse a.svm 3 ', 'a path stands in quotes', '"a.svm"'],
    ['data p.sparse "a" 3 target=y ', '`target` stands among the arguments of `data p.sparse`', ''],
    ['data p.sparse "a" 3 group=g ', '`group` speaks of rows', '`data p.sparse "…" time=COLUMN`'],
  ])('of `%s`', (data, message, help) => {
    const text = `${data}${body}`
    const { diagnostics } = asked(text)
    const shown = renderDiagnostics(diagnostics, { text, file: 'm.mlp' })
    expect(diagnostics).toHaveLength(1)
    expect(shown).toContain(message)
    const edits = diagnostics.flatMap((each) => each.edits.map((edit) => edit.text)).join('a.svm')
    expect(`${shown}${edits}`).toContain(help)
  })

  test('without a target', () => {
    const { diagnostics } = asked('data p.sparse "a" 3\ndense 1')
    expect(diagnostics.map(({ message, help }) => [message, ...help])).toEqual([
      [
        'nothing says which column is to be predicted',
        'name it behind the path: `data p.sparse … { target NAME }`',
      ],
    ])
  })

  test('and nothing where it may come from a plugin that is not to be had', () => {
    const text = `use "chainrule-plugin-x" as q\ndata q.sparse "a" ${body}`
    const { ast } = parse(text)
    const [use] = ast.body.statements
    if (use?.kind !== 'use') throw new Error('no use')
    const uses = new Map([[use, { areKnown: false }]])
    expect(dataRequest(ast, { registry, uses }).diagnostics).toEqual([])
    expect(dataRequest(ast, { registry }).diagnostics.map(({ code }) => code)).toEqual([])
    expect(asked(`data q.sparse "a" ${body}`).diagnostics.map(({ code }) => code)).toEqual([
      'unknown-data',
    ])
  })
})

test('the resolved text writes out what its reader takes', () => {
  const text = 'data p.sparse "a.svm" 2 { target y }\ninput x 2\n@x -> dense 1\n'
  const { ast } = parse(text)
  const { request } = asked(text)
  const { experiment, diagnostics } = resolve(ast, {
    registry,
    ...(request === undefined ? {} : { request }),
  })
  expect(diagnostics).toEqual([])
  if (experiment === undefined) throw new Error('no experiment')
  const whole = resolvedText(text, ast, experiment, { registry, generatorDefaults: () => ({}) })
  expect(whole).toContain('data p.sparse "a.svm" 2 fill=0 {')
})
