/** Iterations of a driven optimizer: a host algorithm over the loss and gradient of all training rows together. */
import { drivenRandom } from './errors.ts'
import type { StoppedEvent } from './events.ts'
import type { FitOptions, FitTime, StartedOptions } from './fit.ts'
import type { EpochMessage } from './fit-steps.ts'
import { type ModelParameter, modelParameters } from './model-parameters.ts'
import { allFinite, locateNonFiniteGradient } from './non-finite.ts'
import type { DrivenHost } from './optimizer.ts'
import type { Session } from './session.ts'
import { gradientName, penaltyGradientOutput, sumName } from './state-names.ts'
import { isPenalised } from './trace-penalty.ts'

/**
 * Each iteration counts as an epoch, and moves the running values once. Where it ends, parameters and running values are those
 * of the last whole iteration.
 *
 * Errors     driven-random
 */
export async function* driveEpochs(
  session: Session,
  options: StartedOptions,
  { pauses, seconds }: FitTime,
): AsyncGenerator<EpochMessage> {
  const { optimizer } = session.settings
  if (optimizer?.style !== 'driven') throw new Error('internal: not a driven optimizer')
  const { train, batch, epochs, signal, start } = options
  refuseRandom(session, optimizer.name)
  const host = drivenHost(session, options)
  const iterations = (await optimizer.drive(host))[Symbol.iterator]()
  let accepted = host.parameters()
  try {
    for (let { epoch } = start; epoch <= epochs; ) {
      if (signal?.aborted) return yield stopped('aborted', 'training was stopped')
      const { value, done } = iterations.next()
      if (done === true)
        return yield stopped('converged', `\`${optimizer.name}\` found nothing better`)
      if (value !== undefined) {
        if (!Number.isFinite(value)) {
          const error = locateNonFiniteGradient(session, train, batch)
          return yield stopped('non-finite', error.message, { error })
        }
        accepted = host.parameters()
        const loss = host.accept(accepted)
        yield progress(options, epoch, loss, seconds())
        yield { type: 'result', loss }
        epoch++
      }
      await pauses.ifDue()
    }
  } finally {
    // What it does where it is closed may move the parameters once more.
    try {
      iterations.return?.()
    } finally {
      host.goBack(accepted)
    }
  }
}

function stopped(
  reason: StoppedEvent['reason'],
  message: string,
  beside: Pick<StoppedEvent, 'error'> = {},
): EpochMessage {
  const event: StoppedEvent = { type: 'stopped', reason, message, ...beside }
  return { type: 'result', loss: Number.NaN, stopped: event }
}

function progress(
  { epochs, train, start }: StartedOptions,
  epoch: number,
  loss: number,
  seconds: number,
): EpochMessage {
  const done = epoch + 1 - start.epoch
  return {
    type: 'progress',
    epoch,
    epochs,
    step: epoch,
    steps: epochs,
    loss,
    rate: (done * train.length) / seconds,
    seconds,
    secondsLeft: (seconds / done) * (epochs - epoch),
  }
}

/** Vectors of all parameters that the host holds, in float64: what was accepted, where it looked last, and ∂L/∂W. */
export const hostVectors = 3

interface ReportingHost extends DrivenHost {
  /** L in the units of the data and without penalties, of these parameters, which are set; the running values move. */
  accept(parameters: Float64Array): number
  /** To parameters that were accepted, and to the running values that they left. */
  goBack(parameters: Float64Array): void
}

/** A search compares the loss at several places, so that it must be one function of the parameters. */
function refuseRandom({ program }: Session, optimizer: string): void {
  const { instructions = [] } = program.entries['gradient'] ?? {}
  const drawing = instructions.find(({ primitive }) => primitive === 'random')
  if (drawing !== undefined) throw drivenRandom(optimizer, drawing.scope?.split('/')[0] ?? '')
}

/** The trainable parameters as one vector, and the loss and gradient over the training rows. */
export function drivenHost(
  session: Session,
  { train, batch, signal }: Pick<FitOptions, 'train' | 'batch' | 'signal'>,
): ReportingHost {
  const { executable } = session
  const parameters = modelParameters(session.shaped).filter(({ trainable }) => trainable)
  // A search mostly ends where it looked last, and that pass over the rows has summed what is reported too.
  let looked: Float64Array | undefined
  const running = session.snapshot(['statistic'])
  const host: ReportingHost = {
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
    gradient: () => {
      looked = host.parameters()
      session.restore(running)
      return penalised(session, parameters, accumulated(session, parameters, train, batch))
    },
    evaluate: () => host.gradient().loss,
    accept: (accepted) => {
      if (looked === undefined || !sameNumbers(looked, accepted)) host.gradient()
      session.snapshotInto(running)
      // Another look at the same place would move them again.
      looked = undefined
      return session.reportedLoss(session.lossSums('train'))
    },
    goBack: (accepted) => {
      host.setParameters(accepted)
      session.restore(running)
    },
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

const sameNumbers = (a: Float64Array, b: Float64Array): boolean =>
  a.every((value, i) => value === b[i])

/** Adds the penalties with their gradients, as an update of an elementwise optimizer does. */
function penalised(
  session: Session,
  parameters: readonly ModelParameter[],
  { loss, gradient }: LossAndGradient,
): LossAndGradient {
  const penalty = session.penalty()
  if (penalty === undefined) return { loss, gradient }
  let offset = 0
  for (const parameter of parameters) {
    const { length } = session.executable.state(parameter.name)
    if (isPenalised(parameter)) {
      const added = session.executable.output('penalty', penaltyGradientOutput(parameter.name))
      for (let i = 0; i < length; i++)
        gradient[offset + i] = (gradient[offset + i] ?? 0) + (added[i] ?? 0)
    }
    offset += length
  }
  return { loss: loss + penalty, gradient }
}
