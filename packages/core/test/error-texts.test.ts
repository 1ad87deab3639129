/** What a plugin's author and a user of the library read where core refuses something. */
import { ChainruleError, type Shape } from '@chainrule/program'
import { expect, test } from 'vitest'
import { Registry } from '../src/index.ts'
import { affine } from './support/layers.ts'
import { chain, sessionOf } from './support/sessions.ts'

const config = { units: 2 }
const layerOf = (changed: object) => ({ ...affine, ...changed }) as typeof affine
const trained = (changed: object) => () =>
  sessionOf(chain(3, [{ layer: layerOf(changed), config }]))

const gradientHelp =
  'return one gradient for each parameter and each float input, with the shape of what it belongs to'

const cases: readonly [
  code: string,
  what: () => unknown,
  message: string,
  help: string | undefined,
][] = [
  [
    'plugin-reserved-word',
    () => new Registry().register(layerOf({ name: 'repeat' })),
    'the layer `repeat` uses the word `repeat`, which belongs to the language',
    'choose another name',
  ],
  [
    'plugin-reserved-word',
    () => new Registry().register(layerOf({ options: { freeze: affine.arguments['units'] } })),
    'the layer `affine` uses the word `freeze`, which belongs to the language',
    'choose another name',
  ],
  [
    'unknown-plugin',
    () => new Registry().register(affine).make('loss', 'mse'),
    'no loss is called `mse`',
    'none is registered',
  ],
  [
    'plugin-shape',
    trained({ forward: () => undefined }),
    '`affine` gives no `{ h, saved }` in `forward`',
    undefined,
  ],
  [
    'plugin-shape',
    trained({ shape: (_: unknown, [h = []]: Shape[]) => ({ h: [...h.slice(0, -1), 5] }) }),
    '`affine` says in `shape` that `h` is [B, 5], but `forward` gives [B, 2]',
    undefined,
  ],
  [
    'plugin-shape',
    trained({ package: 'chainrule-plugin-affine', init: () => ({}) }),
    '`affine` (chainrule-plugin-affine) joins `weight` in `W`, but `init` does not give it',
    undefined,
  ],
  [
    'plugin-statistic',
    trained({
      forward: (...given: Parameters<typeof affine.forward>) => {
        const result = affine.forward(...given)
        return { ...result, statistics: { mean: result.h } }
      },
    }),
    '`forward` of the layer `affine` gives a running value `mean`, which `statistics` does not declare',
    'declare it in `statistics`, with the shape that `forward` gives it',
  ],
  [
    'plugin-gradient',
    trained({ backward: () => ({}) }),
    '`backward` of the layer `affine` gives no `{ dh: […], gradients: { … } }`',
    gradientHelp,
  ],
  [
    'plugin-gradient',
    trained({
      backward: (...given: Parameters<NonNullable<typeof affine.backward>>) => ({
        dh: affine.backward?.(...given).dh,
        gradients: {},
      }),
    }),
    '`backward` of the layer `affine` gives no gradient for the parameter `weight`',
    gradientHelp,
  ],
  [
    'state-mismatch',
    async () =>
      (await sessionOf(chain(3, [{ layer: affine, config }]))).restore({ w: new Float32Array(1) }),
    'this model has no state `w`',
    'restore a state of the same model',
  ],
  [
    'state-mismatch',
    async () =>
      (await sessionOf(chain(3, [{ layer: affine, config }]))).restore({
        'affine1.bias': new Float32Array(1),
      }),
    '`affine1.bias` has 2 elements, but the saved one has 1',
    'restore a state of the same model',
  ],
]

test.each(cases)('%s: %s', async (code, what, message, help) => {
  const error: unknown = await Promise.resolve()
    .then(what)
    .then(
      () => undefined,
      (found: unknown) => found,
    )
  expect(error).toBeInstanceOf(ChainruleError)
  expect(error).toMatchObject({ code, message, help })
})
