/** Finds where a training became non-finite: the update that did it, and in it the first instruction. */
import { ChainruleError, type Instruction, type Values } from '@chainrule/program'
import type { Snapshot } from './runner.ts'
import type { Session } from './session.ts'
import { stepState } from './state-names.ts'

/** Whether every number is finite. */
export function allFinite(values: Values): boolean {
  for (let i = 0; i < values.length; i++) {
    if (!Number.isFinite(values[i])) return false
  }
  return true
}

/** Whether all parameters of the session are finite. */
export function parametersFinite(session: Session): boolean {
  return Object.entries(session.program.state).every(
    ([name, { kind }]) => kind !== 'parameter' || allFinite(session.executable.state(name)),
  )
}

export interface ReplayedSpan {
  /** Batches of an update. */
  readonly accumulate: number
  /** The state at the span's start, and at the start of the span before. */
  readonly start: Snapshot
  readonly earlier: Snapshot
}

/**
 * Replays the updates since `start`, one by one, up to the one that makes a parameter or the loss
 * non-finite. The session is left with the last good weights: those before that update or, where already its loss was not
 * finite, those before the update that led to such a loss (`earlier`, where that one ended the span before).
 */
export function locateNonFinite(
  session: Session,
  batches: readonly Int32Array[],
  { accumulate, start, earlier }: ReplayedSpan,
): ChainruleError {
  session.restore(start)
  let good = earlier
  const entry = accumulate === 1 ? 'step' : 'gradient'
  for (const [i, batch] of batches.entries()) {
    const before = session.snapshot()
    const ran = session.executable.run(entry, batch.length, batch)
    const updates = accumulate > 1 && ((i + 1) % accumulate === 0 || i === batches.length - 1)
    if (ran === 1 && updates) session.executable.run('update', batch.length)
    if (ran === 1 && parametersFinite(session)) {
      good = before
      continue
    }
    session.restore(before)
    const step = (session.executable.state(stepState)[0] ?? 0) + 1
    const error = describe(step, probe(session, entry, batch.length))
    session.restore(ran === 1 ? before : good)
    return error
  }
  return describe(undefined, undefined)
}

/** The first batch whose loss or gradient is not finite with the parameters as they are, and in it the first instruction. */
export function locateNonFiniteGradient(
  session: Session,
  rows: Int32Array,
  batch: number,
): ChainruleError {
  const { executable, program } = session
  const gradients = Object.keys(program.state).filter((name) => name.startsWith('gradient/'))
  for (const name of gradients) executable.state(name).fill(0)
  for (let start = 0; start < rows.length; start += batch) {
    const part = rows.subarray(start, start + batch)
    const ran = executable.run('gradient', part.length, part)
    if (ran === 1 && gradients.every((name) => allFinite(executable.state(name)))) continue
    return describe(undefined, probe(session, 'gradient', part.length), scaleHelp)
  }
  return describe(undefined, undefined, scaleHelp)
}

const scaleHelp = 'scale the features (`scale standard`), or use another optimizer'

interface Culprit {
  readonly scope: string
  readonly primitive: string
}

/** Walks back from a non-finite result to the first instruction that made one out of finite operands. */
function probe(session: Session, entry: string, rows: number): Culprit | undefined {
  const { executable, program } = session
  const instructions = program.entries[entry]?.instructions ?? []
  const bad = new Set<number>()
  let id = 0
  executable.probe?.(entry, rows, (_: Instruction, values: Values) => {
    if (!allFinite(values)) bad.add(id)
    id++
  })
  const { updates = {}, guard } = program.entries[entry] ?? {}
  let at = [guard ?? -1, ...Object.values(updates)].find((value) => bad.has(value))
  while (at !== undefined) {
    const cause: number | undefined = instructions[at]?.operands.find((operand) => bad.has(operand))
    if (cause === undefined) break
    at = cause
  }
  const found = at === undefined ? undefined : instructions[at]
  return found === undefined
    ? undefined
    : { scope: found.scope ?? 'the program', primitive: found.primitive }
}

function describe(
  step: number | undefined,
  culprit: Culprit | undefined,
  help = 'lower the learning rate, clip the gradient (`optimizer … clip=1`), or scale the features (`scale standard`)',
): ChainruleError {
  const [layer = 'the network', stage = ''] = culprit?.scope.split('/') ?? []
  const where =
    culprit === undefined
      ? 'in the network'
      : `in \`${layer}\`${stage === '' ? '' : `, ${stage}`} (\`${culprit.primitive}\`)`
  const when = step === undefined ? '' : ` at step ${step}`
  return new ChainruleError(
    'non-finite',
    `training reached a value that is not finite${when}, ${where}`,
    {
      help,
      data: { step, layer, stage, primitive: culprit?.primitive },
    },
  )
}
