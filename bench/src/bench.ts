/** One run from its options to its results. */
import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { asError } from './as-error.ts'
import { barSummary } from './bars.ts'
import { engineNamed } from './engines.ts'
import { findField } from './field.ts'
import { circumstances } from './machine.ts'
import { type Options, planOf, type SectionName } from './options.ts'
import { writeReport } from './report.ts'
import { isFailure, jsonLines, type Outcome, resultsOf } from './result.ts'
import { Roster } from './roster.ts'
import type { Run, Section } from './section.ts'
import { coldSection } from './sections/cold.ts'
import { compileSection } from './sections/compile.ts'
import { memorySection } from './sections/memory.ts'
import { productSection } from './sections/products.ts'
import { scalingSection } from './sections/scaling.ts'
import { sizeSection } from './sections/size.ts'
import { threadSection } from './sections/threads.ts'
import { workloadSection } from './sections/workloads.ts'
import { markdownTable } from './table.ts'
import { workloads } from './workloads.ts'

/** Where a run tells its results, and what it does at the moment. */
export interface Voice {
  out(text: string): void
  err(text: string): void
}

const sections: Readonly<Record<SectionName, (run: Run) => Promise<Section>>> = {
  threads: threadSection,
  products: productSection,
  scaling: scalingSection,
  compile: compileSection,
  cold: coldSection,
  memory: memorySection,
  size: sizeSection,
}

/** Measures what was asked for; whether everything went right. A missing peer or a slow one is no mistake. */
export async function bench(options: Options, voice: Voice): Promise<boolean> {
  // A file that cannot be written is better known now than after ten minutes of measuring.
  if (options.json !== undefined) appendFileSync(options.json, '')
  const temporary = mkdtempSync(join(tmpdir(), 'chainrule-bench-'))
  const kept = new Roster({ engine: options.engine, keeps: true })
  try {
    const { peers: names, threads } = options
    const engine = engineNamed(options.engine, threads)
    const plan = planOf(options)
    const field = await findField({ names, threads }, { temporary })
    const header = markdownTable(['run', ''], await circumstances({ field, plan, engine }))
    voice.out(`# pnpm bench\n\n${header}\n`)
    const say = (text: string): void => voice.err(`${text}\n`)
    const done = await measure({ options, plan, field, temporary, kept, say }, voice)
    const bars = barSummary(resultsOf(done.flatMap(outcomesOf)))
    voice.out(`\n${bars}\n`)
    const wrong = wrongOnes(done)
    for (const text of wrong) voice.err(`error: ${text}\n`)
    keep(options, `${header}\n\n${bars}`, done, voice)
    return wrong.length === 0
  } finally {
    await kept.close()
    rmSync(temporary, { recursive: true })
  }
}

/** Section after section; an error of one does not lose what was measured before. */
async function measure(run: Run, voice: Voice): Promise<(Section | Error)[]> {
  const done: (Section | Error)[] = []
  for (const section of chosen(run.options)) {
    try {
      const measured = await section(run)
      voice.out(`\n## ${measured.title}\n\n${measured.body}\n`)
      done.push(measured)
    } catch (error) {
      done.push(asError(error))
    }
  }
  return done
}

/** Where several threads are asked for, the workloads themselves are compared with one. */
function chosen({ selected, threads }: Options): ((run: Run) => Promise<Section>)[] {
  const some = workloads.some(({ name }) => selected.includes(name)) ? [workloadSection] : []
  const named = Object.entries(sections).filter(
    ([name]) => selected.includes(name) && !(name === 'threads' && threads > 1),
  )
  return [...some, ...named.map(([, section]) => section)]
}

const outcomesOf = (each: Section | Error): readonly Outcome[] =>
  each instanceof Error ? [] : each.outcomes

function wrongOnes(done: readonly (Section | Error)[]): string[] {
  return done.flatMap((each) => {
    if (each instanceof Error) return [each.message]
    const failures = each.outcomes.filter(isFailure).filter(({ status }) => status === 'error')
    return failures.map(({ workload, peer, message }) => `${workload}, ${peer}: ${message}`)
  })
}

/** Writes the files that were asked for. */
function keep(
  { json, report }: Options,
  header: string,
  done: readonly (Section | Error)[],
  voice: Voice,
): void {
  const measured = done.filter((each): each is Section => !(each instanceof Error))
  if (json !== undefined) writeFileSync(json, jsonLines(measured.flatMap(outcomesOf)))
  if (report !== undefined) voice.err(`wrote ${writeReport(report, header, measured)}\n`)
}
