/** How a training is told: a line that is updated in place, plain lines, or JSON events. */
import { stripVTControlCharacters } from 'node:util'
import type { Engine, Report, TrainingEvent } from '@chainrule/core'
import { count } from '../quantities.ts'
import { type Console, styled } from './console.ts'
import { duration, figure } from './figures.ts'
import { tableLines } from './tables.ts'

export interface Reporter {
  event(event: TrainingEvent): void
  saved(path: string): void
  /** Nothing more comes. */
  end(): void
}

export function reporterFor(console: Console, format: string, engine: Engine): Reporter {
  if (format === 'json') return jsonReporter(console, engine)
  return textReporter(console, engine)
}

/** One event a line; the finished event is the last. */
function jsonReporter(console: Console, { name, details }: Engine): Reporter {
  let last: TrainingEvent | undefined
  const print = (event: TrainingEvent): void => {
    const { error, ...plain } = event as TrainingEvent & {
      error?: Error & { code?: string; data?: unknown }
    }
    const told = error === undefined ? plain : { ...plain, code: error.code, data: error.data }
    const record = event.type === 'started' ? { ...told, engine: { name, details } } : told
    console.out(`${JSON.stringify(record)}\n`)
  }
  return {
    event: (event) => {
      if (event.type === 'finished') last = event
      else print(event)
    },
    saved: (path) => console.out(`${JSON.stringify({ type: 'saved', path })}\n`),
    end: () => {
      if (last !== undefined) print(last)
    },
  }
}

function textReporter(console: Console, { name, details = name }: Engine): Reporter {
  const line = new LiveLine(console)
  let told = 0
  let measured: Report | undefined
  return {
    event: (event) => {
      switch (event.type) {
        case 'started': {
          const { train, validation, test } = event.rows
          const parts = [
            `${count(train)} rows to train on`,
            ...(validation > 0 ? [`${count(validation)} to validate`] : []),
            ...(test > 0 ? [`${count(test)} to test`] : []),
          ]
          line.print(
            `${parts.join(', ')} · ${count(event.parameters)} parameters · batches of ${event.batch} · at most ${epochsText(event.epochs)}`,
          )
          line.print(styled(console, 'dim', details))
          break
        }
        case 'progress':
          line.show(progressText(console, event, measured))
          break
        case 'epoch':
          measured = event.validation
          if (isTold(event) || event.seconds - told > longestSilence) {
            told = event.seconds
            line.print(epochText(console, event))
          }
          break
        case 'stopped':
          line.print(styled(console, 'yellow', `stopped: ${event.message}`))
          break
        case 'finished':
          line.clear()
          for (const text of finishedText(console, event)) console.out(`${text}\n`)
          for (const text of partTables(console, event)) console.out(`${text}\n`)
          break
        case 'step':
        case 'checkpoint':
          break
      }
    },
    saved: (path) => console.out(`saved to ${styled(console, 'bold', path)}\n`),
    end: () => {},
  }
}

const toldEpochs = 20
/** Seconds without a line that stays. */
const longestSilence = 10

type Of<T extends TrainingEvent['type']> = Extract<TrainingEvent, { type: T }>

function progressText(
  console: Console,
  { epoch, epochs, step, steps, loss, rate, secondsLeft }: Of<'progress'>,
  measured: Report | undefined,
): string {
  const done = step / steps
  const width = 20
  const filled = Math.min(width, Math.round(done * width))
  const bar = `${'━'.repeat(filled)}${styled(console, 'dim', '━'.repeat(width - filled))}`
  const { loss: _, ...metrics } = measured ?? { loss: 0 }
  const shown = Object.keys(metrics).length === 0 ? '' : `  ${reportText(metrics)}`
  return `${bar} epoch ${epoch}/${epochs}  loss ${figure(loss)}${shown}  ${count(Math.round(rate))} rows/s  ${duration(secondsLeft)} left`
}

const epochsText = (epochs: number): string => `${epochs} ${epochs === 1 ? 'epoch' : 'epochs'}`

/** Of many epochs about twenty are told in lines that stay. */
function isTold({ epoch, epochs }: Of<'epoch'>): boolean {
  return epoch === 1 || epoch === epochs || epoch % Math.ceil(epochs / toldEpochs) === 0
}

function epochText(
  console: Console,
  { epoch, epochs, train, validation, penalty, best, seconds }: Of<'epoch'>,
): string {
  const parts = [
    `epoch ${String(epoch).padStart(String(epochs).length)}/${epochs}`,
    `loss ${figure(train.loss)}${penalty === undefined ? '' : ` + penalty ${figure(penalty)}`}`,
    ...(validation === undefined ? [] : [`validation ${reportText(validation)}`]),
    duration(seconds),
  ]
  return `${parts.join('  ')}${best && validation !== undefined ? styled(console, 'green', '  best') : ''}`
}

function finishedText(console: Console, event: Of<'finished'>): string[] {
  const { epochs, seconds, best } = event
  const kept = best === undefined || best === epochs ? '' : `, the weights of epoch ${best} kept`
  const parts = (['train', 'validation', 'test'] as const).flatMap((part) => {
    const report = event[part]
    return report === undefined
      ? []
      : [`  ${styled(console, 'bold', part.padEnd(10))} ${reportText(report)}`]
  })
  const added =
    event.penalty === undefined
      ? []
      : [
          `  ${styled(console, 'bold', 'penalty'.padEnd(10))} ${figure(event.penalty)}, trained for beside the loss and no part of it`,
        ]
  return [`trained ${epochsText(epochs)} in ${duration(seconds)}${kept}`, ...parts, ...added]
}

/** Of the part that says most: the test rows where there are some, else those that validate. */
function partTables(console: Console, { tables = {} }: Of<'finished'>): string[] {
  const part = (['test', 'validation', 'train'] as const).find((name) => tables[name] !== undefined)
  return part === undefined ? [] : tableLines(console, tables[part] ?? {}, part)
}

/** `loss 0.0812  accuracy 97.6 %`. */
export function reportText(report: Readonly<Record<string, number>>): string {
  return Object.entries(report)
    .map(
      ([name, value]) =>
        `${name} ${/(accuracy|top-k)$/.test(name) ? `${(value * 100).toFixed(2)} %` : figure(value)}`,
    )
    .join('  ')
}

/** At most ten updates a second; plain streams get whole lines only, and of many epochs some. */
class LiveLine {
  readonly #console: Console
  #shown = 0
  #width = 0

  constructor(console: Console) {
    this.#console = console
  }

  show(text: string): void {
    const now = performance.now()
    if (!this.#console.live || now - this.#shown < 100) return
    this.#shown = now
    this.clear()
    const plain = stripVTControlCharacters(text)
    this.#console.err(
      plain.length < this.#console.columns ? text : plain.slice(0, this.#console.columns - 1),
    )
    this.#width = plain.length
  }

  clear(): void {
    if (this.#width > 0) this.#console.err('\r\u001b[2K')
    this.#width = 0
  }

  print(text: string): void {
    this.clear()
    this.#console.err(`${text}\n`)
  }
}
