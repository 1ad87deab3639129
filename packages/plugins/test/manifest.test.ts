/** A plugin that is made of its manifest says of arguments and shapes what the plugin itself says. */
import { activations } from '@chainrule/activations'
import {
  B,
  boolean,
  configure,
  defineReader,
  integer,
  type Layer,
  type Plugin,
  type RawValue,
  Registry,
} from '@chainrule/core'
import { initializers } from '@chainrule/initializers'
import { spatialLayers } from '@chainrule/layer-conv'
import { dense } from '@chainrule/layer-dense'
import { losses } from '@chainrule/losses'
import { metrics } from '@chainrule/metrics'
import { optimizers, schedules } from '@chainrule/optimizers'
import { describe, expect, it } from 'vitest'
import { manifestOf, readManifest, standIn } from '../src/index.ts'

/** Of readers none is built in. */
const reader = defineReader({
  name: 'sparse',
  summary: 'Rows of LIBSVM.',
  arguments: { size: integer({ from: 1 }) },
  options: { binary: boolean({ default: false }) },
  read: () => ({ x: [1] }),
})
const plugins: readonly Plugin[] = [
  reader,
  ...[dense, ...spatialLayers, ...activations, ...losses, ...optimizers],
  ...[...schedules, ...initializers, ...metrics],
]
const registry = new Registry(plugins)
const manifest = readManifest(JSON.stringify(manifestOf(plugins)), 'built-in')
const keyOf = ({ kind, name }: { kind: string; name: string }): string => `${kind} ${name}`
const standIns = new Map(manifest.plugins.map((each) => [keyOf(each), standIn(each)]))

const values: readonly RawValue[] = [
  ...[0, 1, 3, 0.5, -1, 1.5, true, 'relu', 'nothing', 'same', 'cosine'],
  [1, 2],
  ['a'],
  { call: 'leaky-relu', positional: [0.2], named: {} },
]

/** Fields of a plugin's own making describe themselves in other schemas: there the stand-in takes anything. */
const isOwn = (schema: Readonly<Record<string, unknown>>): boolean =>
  !['type', 'enum', 'kind'].some((key) => key in schema) || 'oneOf' in schema || 'anyOf' in schema

/** Those that are compared by nothing but their names. */
const own = new Set<string>()

describe.each(plugins.map((plugin) => [keyOf(plugin), plugin] as const))('%s', (key, plugin) => {
  const other = standIns.get(key)
  if (other === undefined) throw new Error(`the manifest lacks ${key}`)

  it('takes and refuses the same arguments', () => {
    expect(Object.keys(other.arguments)).toEqual(Object.keys(plugin.arguments))
    expect(Object.keys(other.options).sort()).toEqual(Object.keys(plugin.options).sort())
    const fields = { ...plugin.arguments, ...plugin.options }
    for (const [name, { schema }] of Object.entries(fields)) {
      if (isOwn(schema)) {
        own.add(`${key} ${name}`)
        continue
      }
      for (const value of values) {
        const told = ([plugin, other] as const).map((each) => {
          const { problems } = configure(
            each,
            { positional: [], named: { [name]: value } },
            registry,
          )
          return problems.filter(({ at }) => at !== undefined && 'name' in at)
        })
        expect(told[1], `${name}=${JSON.stringify(value)}`).toEqual(told[0])
      }
    }
    const missing = ([plugin, other] as const).map((each) =>
      configure(each, { positional: [], named: {} }, registry)
        .problems.map(({ code, message }) => `${code} ${message}`)
        .sort(),
    )
    expect(missing[1]).toEqual(missing[0])
  })
})

it('only sizes along several axes, of layers of images, are fields of their own making', () => {
  const spatial = /^layer [\w-]+ (?:window|kernel|stride|dilation|pad|sizes|factor)$/
  expect([...own].filter((each) => !spatial.test(each))).toEqual([])
})

it('a stand-in of a reader reads nothing', () => {
  const stand = standIns.get('reader sparse')
  if (stand?.kind !== 'reader') throw new Error('no reader')
  const file = { name: 'a.x', bytes: new Uint8Array() }
  expect(() => stand.with({}).read(file)).toThrow(
    'internal: a plugin is run that was only described',
  )
})

describe('the shape of a layer', () => {
  const shapeOf = (name: string): unknown =>
    manifest.plugins.flatMap((each) =>
      each.kind === 'layer' && each.name === name ? [each.shape] : [],
    )[0]

  it('is said of a layer that refuses others by an error of its own copy of core', () => {
    const relu = registry.find('layer', 'relu')
    if (relu === undefined) throw new Error('no relu')
    const refusing = {
      ...relu,
      shape: (_: unknown, [h = []]: readonly (readonly unknown[] | undefined)[]) => {
        if (h.length === 2) return { h }
        const error = new Error('`relu` needs rows')
        throw Object.assign(error, { name: 'ChainruleError', code: 'shape-mismatch', help: '' })
      },
    }
    expect(manifestOf([refusing as typeof relu]).plugins[0]).toMatchObject({ shape: 'same' })
  })

  it('is said where it can be', () => {
    expect(shapeOf('dense')).toEqual({ last: 'units' })
    expect(shapeOf('conv')).toBeUndefined()
    expect(shapeOf('flatten')).toBeUndefined()
    const relu = manifestOf([registry.find('layer', 'relu') as Layer]).plugins[0]
    expect(relu).toMatchObject({ shape: 'same' })
  })

  it('is that of the layer', () => {
    const stand = standIns.get('layer dense') as Layer
    const config = { units: 7 }
    for (const input of [
      [B, 3],
      [B, 5, 2],
      [B, 7, 7, 7],
    ] as const)
      expect(stand.shape(config, [input])).toEqual(dense.shape(config, [input]))
  })

  it('that is not known is nothing', () => {
    expect((standIns.get('layer flatten') as Layer).shape({}, [[B, 3, 4]])).toEqual({})
  })
})
