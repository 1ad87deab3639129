/** Iterations of a driven optimizer: a host algorithm over the loss and gradient of all training rows together. */
import type { StoppedEvent } from './events.ts'
import type { FitOptions, FitTime } from './fit.ts'
import type { EpochMessage } from './fit-steps.ts'
import { type ModelParameter, modelParameters } from './model-parameters.ts'
import { allFinite, locateNonFiniteGradient } from './non-finite.ts'
import type { DrivenHost } from './optimizer.ts'
import type { Session } from './session.ts'
import { gradientName, sumName } from './state-names.ts'

/** Each iteration counts as an epoch. Where it ends, the parameters are those of the last whole iteration. */
export async function* driveEpochs(
  session: Session,
  options: FitOptions,
  { pauses, seconds }: FitTime,
): AsyncGenerator<EpochMessage> {
  const { optimizer } = session.settings
  if (optimizer?.style !== 'driven') throw new Error('internal: not a driven optimizer')
  const { train, batch, epochs, signal } = options
  const host = drivenHost(session, options)
  const iterations = optimizer.drive(host)[Symbol.iterator]()
  let accepted = host.parameters()
  for (let epoch = 1; epoch <= epochs; ) {
    if (signal?.aborted) {
      host.setParameters(accepted)
      return yield stopped('aborted', 'training was stopped')
    }
    const { value, done } = iterations.next()
    if (done === true)
      return yield stopped('converged', `\`${optimizer.name}\` found nothing better`)
    if (value !== undefined) {
      if (!Number.isFinite(value)) {
        const error = locateNonFiniteGradient(session, train, batch)
        host.setParameters(accepted)
        const failure = {
          type: 'stopped',
          reason: 'non-finite',
          message: error.message,
          error,
        } as const
        return yield { type: 'result', loss: Number.NaN, stopped: failure }
      }
      accepted = host.parameters()
      const { loss } = session.evaluate(train)
      yield progress(options, epoch, loss, seconds())
      yield { type: 'result', loss }
      epoch++
    }
    await pauses.ifDue()
  }
}

function stopped(reason: StoppedEvent['reason'], message: string): EpochMessage {
  return { type: 'result', loss: Number.NaN, stopped: { type: 'stopped', reason, message } }
}

function progress(
  { epochs, train }: FitOptions,
  epoch: number,
  loss: number,
  seconds: number,
): EpochMessage {
  return {
    type: 'progress',
    epoch,
    epochs,
    step: epoch,
    steps: epochs,
    loss,
    rate: (epoch * train.length) / seconds,
    seconds,
    secondsLeft: (seconds / epoch) * (epochs - epoch),
  }
}

/** The trainable parameters as one vector, and the loss and gradient over the training rows. */
export function drivenHost(
  session: Session,
  { train, batch, signal }: Pick<FitOptions, 'train' | 'batch' | 'signal'>,
): DrivenHost {
  const { executable } = session
  const parameters = modelParameters(session.shaped).filter(({ trainable }) => trainable)
  const host: DrivenHost = {
    signal,
    parameters: () => {
      const values = parameters.map(({ name }) => executable.state(name))
      const all = new Float64Array(values.reduce((sum, { length }) => sum + length, 0))
      let offset = 0
      for (const each of values) {
        all.set(each, offset)
        offset += each.length
      }
      return all
    },
    setParameters: (values) => {
      let offset = 0
      for (const { name } of parameters) {
        const state = executable.state(name)
        state.set(values.subarray(offset, offset + state.length))
        offset += state.length
      }
    },
    gradient: () => penalised(session, parameters, accumulated(session, parameters, train, batch)),
    evaluate: () => host.gradient().loss,
  }
  return host
}

type LossAndGradient = ReturnType<DrivenHost['gradient']>

/** L and ∂L/∂W over all rows, in batches. */
function accumulated(
  session: Session,
  parameters: readonly ModelParameter[],
  train: Int32Array,
  batch: number,
): LossAndGradient {
  const { executable, shaped, program } = session
  for (const name of Object.keys(program.state)) {
    if (/^(gradient|group|train)\//.test(name)) executable.state(name).fill(0)
  }
  const ran = executable.run('gradient', batch, train)
  const lengths = parameters.map(({ name }) => executable.state(name).length)
  const gradient = new Float64Array(lengths.reduce((sum, length) => sum + length, 0))
  // The run ends with the first batch whose loss is not finite.
  let loss = ran < Math.ceil(train.length / batch) ? Number.NaN : 0
  for (const { name: head, lossWeight = 1, loss: ofHead } of shaped.graph.heads) {
    if (ofHead === undefined) continue
    const weight = executable.state(sumName('group', head, 'weight'))[0] || 1
    loss += (lossWeight * (executable.state(sumName('group', head, 'loss'))[0] ?? 0)) / weight
    let offset = 0
    parameters.forEach(({ name }, i) => {
      const state = gradientName(head, name)
      if (Object.hasOwn(program.state, state)) {
        executable.state(state).forEach((value, j) => {
          gradient[offset + j] = (gradient[offset + j] ?? 0) + (lossWeight * value) / weight
        })
      }
      offset += lengths[i] ?? 0
    })
  }
  return { loss: allFinite(gradient) ? loss : Number.NaN, gradient }
}

/** Adds l1 · Σ|w| and l2 · Σw² with their gradients, as an update of an elementwise optimizer does. */
function penalised(
  { executable }: Session,
  parameters: readonly ModelParameter[],
  { loss, gradient }: LossAndGradient,
): LossAndGradient {
  let penalty = 0
  let offset = 0
  for (const { name, decays, l1, l2 } of parameters) {
    const w = executable.state(name)
    if (decays && (l1 !== 0 || l2 !== 0)) {
      for (let i = 0; i < w.length; i++) {
        const at = offset + i
        const value = w[i] ?? 0
        penalty += l1 * Math.abs(value) + l2 * value * value
        gradient[at] = (gradient[at] ?? 0) + l1 * Math.sign(value) + 2 * l2 * value
      }
    }
    offset += w.length
  }
  return { loss: loss + penalty, gradient }
}
