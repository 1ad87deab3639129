/** `freeze=true` from a text: what stays as it is, to the bit, whatever trains the rest. */
import { parse } from '@chainrule/language'
import { describe, expect, test } from 'vitest'
import { builtInRegistry } from '../src/batteries.ts'
import { openText } from '../src/command/source.ts'
import { chooseEngine } from '../src/engines.ts'
import { prepareTraining } from '../src/training.ts'
import { folder, run } from './support/cli.ts'

const registry = builtInRegistry()
const blocks = `block cell(w) { residual { batch-norm -> dense w tanh -> dropout 20% } }
dense 8 tanh -> cell 8 freeze=true -> repeat 2 freeze=true { dense 8 tanh -> dense 8 freeze=false }
-> residual freeze=true { norm -> dense 8 tanh } -> dense 2
regularise l2 1e-3
regularise l1 1e-3
`
const text = (rest = ''): string =>
  `data synthetic moons(points=80, noise=0.1)\n${blocks}\n${rest}\ntrain epochs=3 batch=8\n`
const { file } = folder({
  'frozen.mlp': text(),
  'free.mlp': text().replaceAll('freeze=true', ''),
})

/** The states of a model that a training changes. */
async function moved(
  rest: string,
  engine: 'wasm' | 'js' = 'wasm',
  accumulate = 1,
): Promise<{ readonly changed: string[]; readonly kept: readonly string[] }> {
  const batches = accumulate === 1 ? 'batch=8' : `batch=8 accumulate=${accumulate}`
  const drawing = text(rest).replace('batch=8', batches)
  // A driven optimizer takes no layers that draw.
  const whole = rest.includes('lbfgs') ? drawing.replace('dropout 20%', 'dropout 0') : drawing
  const { experiment, data } = await openText(parse(whole), registry, {})
  if (experiment === undefined || data === undefined) throw new Error('no experiment')
  const options = { engine: chooseEngine({ engine }) }
  const { session, run: train } = await prepareTraining(whole, experiment, data, options)
  const kinds = ['parameter', 'statistic'] as const
  const before = session.snapshot(kinds)
  const told: string[] = []
  for await (const { type } of train({ stop: { restore: 'last' } })) told.push(type)
  expect(told).toContain('finished')
  const after = session.snapshot(kinds)
  const kept = Object.keys(session.program.state)
  session.dispose()
  const changed = Object.keys(before).filter((name) =>
    before[name]?.some((value, i) => !Object.is(value, after[name]?.[i])),
  )
  return { changed: changed.sort(), kept }
}

const learnt = ['dense1', 'dense3', 'repeat1.0.dense2', 'repeat1.1.dense2'].flatMap((name) => [
  `${name}.bias`,
  `${name}.weight`,
])

describe('what is frozen', () => {
  const trainings = registry.names('optimizer').flatMap((name): string[] => {
    const optimizer = registry.find('optimizer', name)
    if (optimizer?.style === 'driven') return [`optimizer ${name}`]
    return [`optimizer ${name} decay=0.1 average=0.9`, `optimizer ${name} clip=1 clip-value=0.1`]
  })

  test.each(trainings)('stays as it is, to the bit, and all else moves: %s', async (training) => {
    const { changed, kept } = await moved(training)
    expect(changed).toEqual(learnt)
    // Nothing is kept for it either.
    const beside = kept.filter((name) => /^(optimizer|average|gradient)\//.test(name))
    const frozen = beside.filter((name) => !learnt.some((each) => name.includes(`/${each}`)))
    expect(frozen).toEqual([])
  })

  test('stays on the reference engine, and where gradients of several batches are gathered', async () => {
    expect((await moved('optimizer adamw decay=0.1', 'js')).changed).toEqual(learnt)
    const gathered = (await moved('optimizer adamw decay=0.1 average=0.9', 'wasm', 4)).changed
    expect(gathered).toEqual(learnt)
  })

  test('is counted, and not penalised', async () => {
    const [frozen, free] = [
      await run('summary', file('frozen.mlp')),
      await run('summary', file('free.mlp')),
    ]
    expect(frozen.out).toMatch(/\n506 parameters, 320 of them frozen\n/)
    expect(free.out).toMatch(/\n506 parameters\n/)
    expect(frozen.out).toMatch(/^cell1\.dense1 +dense tanh +\[B, 8\] +72 {2}frozen$/m)
    expect(frozen.out).toContain('0.001 Σw² of dense1.weight, dense1.bias, repeat1.0.dense2.weight')
    const began = await run('train', file('frozen.mlp'))
    expect(began.err).toContain('186 parameters')
  })

  test('has no row among the gradients that are checked', async () => {
    const { code, out } = await run('gradcheck', file('frozen.mlp'))
    expect(code, out).toBe(0)
    const names = out.split('\n').flatMap((line) => (/ ok$/.test(line) ? [line.split(' ')[0]] : []))
    expect(names.sort()).toEqual(['@input', ...learnt].sort())
  })
})
