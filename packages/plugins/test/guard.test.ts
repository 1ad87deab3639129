/** What goes wrong in a plugin is said with its package, its name and the stage. */
import {
  B,
  ChainruleError,
  defineActivation,
  defineDrivenOptimizer,
  defineLayer,
  defineLoss,
  inferShapes,
  type Layer,
  type Shape,
  shapeMismatch,
  trainingProgram,
} from '@chainrule/core'
import { losses } from '@chainrule/losses'
import { optimizers } from '@chainrule/optimizers'
import { describe, expect, it } from 'vitest'
import { guarded } from '../src/index.ts'
import { limitedTo } from '../src/node/load.ts'

const watched = <P extends Parameters<typeof guarded>[0]>(plugin: P): P =>
  guarded(plugin, { package: 'chainrule-plugin-bad', limit: limitedTo(1000) })

/** Traces a training of one layer. */
function traced(layer: Layer): void {
  const [sgd] = optimizers.filter(({ name }) => name === 'sgd')
  const [mse] = losses.filter(({ name }) => name === 'mse')
  const config = { lr: 0.1, decay: 0, momentum: 0, nesterov: false }
  const graph = {
    inputs: [{ name: 'x', shape: [4], dtype: 'f32' as const }],
    instances: [{ name: 'bad', layer: watched(layer), config: { units: [1, 2] } }],
    nodes: [{ name: 'bad', instance: 'bad', inputs: [{ input: 'x' }] }],
    heads: [{ name: 'y', from: { node: 'bad' }, loss: mse?.with({}) as never }],
  }
  trainingProgram(inferShapes(graph), { maxBatch: 2, optimizer: sgd?.with(config) as never })
}

type Parts = Partial<Parameters<typeof defineLayer>[0]>

const bad = (parts: Parts): Layer =>
  defineLayer({
    name: 'bad',
    summary: 'Wrong.',
    shape: (_, [h]) => h,
    forward: (_, __, [h]) => ({ h, saved: {} }),
    backward: (_, __, ___, { dh }) => ({ dh: [dh], gradients: {} }),
    ...parts,
  } as Parameters<typeof defineLayer>[0])

const forward = (act: () => void): Parts => ({
  forward: (_, __, [h]) => {
    act()
    return { h, saved: {} } as never
  },
})

const never = (): never => {
  throw new Error('never')
}

function failure(run: () => void): ChainruleError {
  try {
    run()
  } catch (error) {
    if (error instanceof ChainruleError) return error
    throw error
  }
  throw new Error('nothing failed')
}

describe('a layer that', () => {
  it.each<[string, Parts, string, string]>([
    [
      'throws in shape',
      {
        shape: () => {
          throw new Error('no idea')
        },
      },
      'shape',
      'failed: no idea',
    ],
    [
      'throws in init',
      {
        init: () => {
          throw new RangeError('far')
        },
      },
      'init',
      'failed: far',
    ],
    [
      'throws in forward',
      forward(() => {
        throw new Error('lost')
      }),
      'forward',
      'failed: lost',
    ],
    [
      'throws in backward',
      {
        backward: () => {
          throw new Error('lost')
        },
      },
      'backward',
      'failed: lost',
    ],
    [
      'throws what is no error',
      forward(() => {
        throw 'words'
      }),
      'forward',
      'failed: words',
    ],
    [
      'throws what says it was stopped',
      forward(() => {
        throw Object.assign(new Error('no'), { code: 'ERR_SCRIPT_EXECUTION_TIMEOUT' })
      }),
      'forward',
      'failed: no',
    ],
    [
      'refuses where nothing is to be refused',
      forward(() => {
        throw new ChainruleError('shape-mismatch', 'mine')
      }),
      'forward',
      'failed: mine',
    ],
    [
      'throws an error whose members throw',
      forward(() => {
        throw Object.defineProperties(new Error(), {
          message: { get: () => never() },
          code: { get: () => never() },
        })
      }),
      'forward',
      'failed: what it throws cannot be read',
    ],
    [
      'gives a result whose members throw',
      {
        forward: () => ({
          get h() {
            return never()
          },
          saved: {},
        }),
      } as never,
      'forward',
      'failed: never',
    ],
    [
      'gives a result whose members hang',
      {
        forward: () => ({
          get h() {
            for (;;);
          },
          saved: {},
        }),
      } as never,
      'forward',
      'does not come to an end',
    ],
    ['draws', forward(() => void Math.random()), 'forward', 'reads `Math.random`'],
    ['asks the time', forward(() => void Date.now()), 'forward', 'reads the clock'],
    ['makes a date', forward(() => void new Date()), 'forward', 'reads the clock'],
    ['measures', forward(() => void performance.now()), 'forward', 'reads the clock'],
    [
      'measures since the start',
      forward(() => void process.uptime()),
      'forward',
      'reads the clock',
    ],
    ['measures its own work', forward(() => void process.cpuUsage()), 'forward', 'reads the clock'],
    ['measures finely', forward(() => void process.hrtime()), 'forward', 'reads the clock'],
    [
      'measures in nanoseconds',
      forward(() => void process.hrtime.bigint()),
      'forward',
      'reads the clock',
    ],
    [
      'hangs',
      forward(() => {
        for (;;);
      }),
      'forward',
      'does not come to an end',
    ],
    [
      'changes its configuration',
      {
        shape: (config, [h]) => {
          ;(config as { units: number[] }).units.push(3)
          return h as Shape
        },
      },
      'shape',
      'changes what it was given',
    ],
    [
      'changes the shape of a tensor',
      {
        forward: (_, __, [h]) => {
          ;(h?.shape as unknown as number[])[1] = 9
          return { h, saved: {} } as never
        },
      },
      'forward',
      'changes what it was given',
    ],
    [
      'changes a tensor',
      {
        forward: (_, __, [h]) => {
          ;(h as unknown as { trace: null }).trace = null
          return { h, saved: {} } as never
        },
      },
      'forward',
      'changes what it was given',
    ],
    [
      'changes a shape',
      {
        shape: (_, [h]) => {
          ;(h as unknown as number[])[1] = 9
          return h as Shape
        },
      },
      'shape',
      'changes what it was given',
    ],
  ])('%s is named', (_, parts, stage, what) => {
    const error = failure(() => traced(bad(parts)))
    expect(error.message).toContain(`\`${stage}\` of \`bad\` (chainrule-plugin-bad) ${what}`)
    expect(error).toMatchObject({
      code: 'plugin-failed',
      data: { package: 'chainrule-plugin-bad', plugin: 'bad', stage },
    })
  })

  it('refuses a shape does so in its own words, also by another copy of core', () => {
    const own = bad({
      shape: () => {
        throw shapeMismatch('needs [B, 3]', 'give three')
      },
    })
    expect(failure(() => traced(own))).toMatchObject({ code: 'shape-mismatch', help: 'give three' })
    class OtherError extends Error {
      override name = 'ChainruleError'
      code = 'shape-mismatch'
      help = 'give three'
      data = {}
    }
    const other = bad({
      shape: () => {
        throw new OtherError('needs [B, 3]')
      },
    })
    expect(failure(() => traced(other))).toMatchObject({
      code: 'shape-mismatch',
      message: 'needs [B, 3]',
      help: 'give three',
    })
  })

  it('does nothing wrong is traced as it is, and the clock goes on', () => {
    const own = () => [
      Math.random,
      Date,
      performance.now,
      crypto.getRandomValues,
      crypto.randomUUID,
    ]
    const before = own()
    expect(() => traced(bad({}))).not.toThrow()
    expect(own().every((each, i) => each === before[i])).toBe(true)
    failure(() => traced(bad(forward(() => void Date.now()))))
    expect(own().every((each, i) => each === before[i])).toBe(true)
  })
})

it('activations and losses are watched in what they are configured to', () => {
  const activation = watched(
    defineActivation({
      name: 'bad',
      summary: 'Wrong.',
      forward: () => {
        throw new Error('lost')
      },
    }),
  )
  const message = (stage: string): string =>
    `\`${stage}\` of \`bad\` (chainrule-plugin-bad) failed: lost`
  expect(failure(() => activation.with({}).forward({} as never, {} as never)).message).toBe(
    message('forward'),
  )
  const loss = watched(
    defineLoss({
      name: 'bad',
      summary: 'Wrong.',
      target: ['number', 'class'],
      forward: () => {
        throw new Error('lost')
      },
    }),
  )
  const other = loss.with({}).forTarget('class')
  expect(failure(() => other.forward({} as never, {} as never)).message).toBe(message('forward'))
})

it('the rows of a shape stay what they are', () => {
  const seen: unknown[] = []
  const layer = watched(
    bad({
      shape: (_, [h]) => {
        seen.push(h?.[0])
        return h as Shape
      },
    }),
  )
  expect(layer.shape({}, [[B, 4]])).toEqual({ h: [B, 4] })
  expect(seen[0]).toEqual(B)
})

describe('the iterations of a driven optimizer are closed', () => {
  const iterationsOf = async (first: unknown, closing: () => void): Promise<Iterator<unknown>> => {
    const optimizer = watched(
      defineDrivenOptimizer({
        name: 'bad',
        summary: 'Wrong.',
        learningRate: 1,
        *drive() {
          try {
            yield first as number
            yield 2
          } finally {
            closing()
          }
        },
      }),
    )
    const iterations = await optimizer.with({ lr: 1 }).drive({} as never)
    return iterations[Symbol.iterator]()
  }

  it('where the training ends, and where one is no loss', async () => {
    const closed: string[] = []
    const ended = await iterationsOf(1, () => closed.push('ended'))
    expect(ended.next().value).toBe(1)
    ended.return?.()
    const refused = await iterationsOf('words', () => closed.push('refused'))
    expect(failure(() => refused.next()).message).toContain('yields a string, and no loss')
    expect(closed).toEqual(['ended', 'refused'])
  })

  it('and what fails then is named', async () => {
    const ended = await iterationsOf(1, () => {
      throw new Error('lost')
    })
    ended.next()
    expect(failure(() => ended.return?.()).message).toBe(
      '`drive` of `bad` (chainrule-plugin-bad) failed: lost',
    )
  })
})
