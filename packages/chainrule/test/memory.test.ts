/** What a training is said to need, counted by hand. */
import { parse } from '@chainrule/language'
import { describe, expect, test } from 'vitest'
import { builtInRegistry } from '../src/batteries.ts'
import { openText } from '../src/command/source.ts'
import { type Memory, memoryOf, trainingUse } from '../src/memory.ts'

const registry = builtInRegistry()

async function needs(model: string, optimizer: string): Promise<Memory> {
  const text = `data synthetic moons(points=80)\n${model}\noptimizer ${optimizer}\ntrain batch=8\n`
  const { experiment } = await openText(parse(text), registry, {})
  if (experiment?.shaped === undefined) throw new Error('no experiment')
  return memoryOf(experiment.shaped, trainingUse(experiment))
}

// 3 · 16 and 17 · 2
const [first, last] = [48, 34]
const model = 'dense 16 tanh -> dense 2'

describe('the bytes of weights, gradients and what the optimizer keeps', () => {
  const float = 4
  test.each([
    ['sgd', 0],
    ['sgd momentum=0.9', 1],
    ['adam', 2],
    ['adam average=0.9', 3],
    // In float64: ten pairs and nine vectors of lbfgs, three of its host.
    ['lbfgs', 2 * (20 + 9 + 3)],
    ['lbfgs memory=3', 2 * (6 + 9 + 3)],
  ])('count what %s keeps', async (optimizer, kept) => {
    const { weights, parameters } = await needs(model, optimizer)
    expect(parameters).toBe(first + last)
    expect(weights).toBe((first + last) * (2 + kept) * float)
  })

  test('count what is frozen once, and what is tied once', async () => {
    const frozen = await needs('dense 16 tanh freeze=true -> dense 2', 'adam')
    expect(frozen.weights).toBe((first + last * 4) * float)
    const tied = 'dense 16 tanh as a -> dense 2 weights=@a.weight'
    const { parameters, weights } = await needs(tied, 'adam')
    expect(parameters).toBe(first + 2)
    expect(weights).toBe((first + 2) * 4 * float)
  })
})
