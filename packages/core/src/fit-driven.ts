/** Iterations of a driven optimizer: a host algorithm over the loss and gradient of all training rows together. */

import type { FitOptions } from './fit.ts'
import type { EpochMessage } from './fit-steps.ts'
import { modelParameters } from './model-parameters.ts'
import type { DrivenHost } from './optimizer.ts'
import { pause } from './pause.ts'
import type { Session } from './session.ts'
import { gradientName, sumName } from './state-names.ts'

/** Each iteration counts as an epoch. */
export async function* driveEpochs(
  session: Session,
  options: FitOptions,
  seconds: () => number,
): AsyncGenerator<EpochMessage> {
  const { optimizer } = session.settings
  if (optimizer?.style !== 'driven') throw new Error('internal: not a driven optimizer')
  const iterations = optimizer.drive(drivenHost(session, options))[Symbol.iterator]()
  for (let epoch = 1; epoch <= options.epochs; epoch++) {
    if (options.signal?.aborted) {
      yield {
        type: 'result',
        loss: Number.NaN,
        stopped: { type: 'stopped', reason: 'aborted', message: 'training was stopped' },
      }
      return
    }
    const next = iterations.next()
    if (next.done === true) {
      const stopped = {
        type: 'stopped',
        reason: 'converged',
        message: `\`${optimizer.name}\` found nothing better`,
      } as const
      yield { type: 'result', loss: Number.NaN, stopped }
      return
    }
    const elapsed = seconds()
    const secondsLeft = (elapsed / epoch) * (options.epochs - epoch)
    const rate = (epoch * options.train.length) / elapsed
    const at = { epoch, epochs: options.epochs, step: epoch, steps: options.epochs }
    yield { type: 'progress', ...at, loss: next.value, rate, seconds: elapsed, secondsLeft }
    yield { type: 'result', loss: session.evaluate(options.train).loss }
    await pause()
  }
}

/** The trainable parameters as one vector, and the loss and gradient over the training rows. */
export function drivenHost(
  session: Session,
  { train, batch, signal }: Pick<FitOptions, 'train' | 'batch' | 'signal'>,
): DrivenHost {
  const { executable, shaped } = session
  const parameters = modelParameters(shaped).filter(({ trainable }) => trainable)
  const lengths = parameters.map(({ name }) => executable.state(name).length)
  const size = lengths.reduce((sum, length) => sum + length, 0)
  const heads = shaped.graph.heads.filter((head) => head.loss !== undefined)

  const accumulated = (): { loss: number; gradient: Float64Array } => {
    for (const name of Object.keys(session.program.state)) {
      if (/^(gradient|group)\//.test(name)) executable.state(name).fill(0)
    }
    executable.run('gradient', batch, train)
    const gradient = new Float64Array(size)
    let loss = 0
    for (const { name: head, lossWeight = 1 } of heads) {
      const weight = executable.state(sumName('group', head, 'weight'))[0] || 1
      loss += (lossWeight * (executable.state(sumName('group', head, 'loss'))[0] ?? 0)) / weight
      let offset = 0
      parameters.forEach(({ name }, i) => {
        const state = gradientName(head, name)
        if (Object.hasOwn(session.program.state, state)) {
          executable.state(state).forEach((value, j) => {
            gradient[offset + j] = (gradient[offset + j] ?? 0) + (lossWeight * value) / weight
          })
        }
        offset += lengths[i] ?? 0
      })
    }
    return { loss, gradient }
  }

  return {
    signal,
    parameters: () =>
      Float64Array.from(parameters.flatMap(({ name }) => Array.from(executable.state(name)))),
    setParameters: (values) => {
      let offset = 0
      parameters.forEach(({ name }, i) => {
        const length = lengths[i] ?? 0
        executable.state(name).set(values.subarray(offset, offset + length))
        offset += length
      })
    },
    gradient: accumulated,
    evaluate: () => accumulated().loss,
  }
}
