import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Reporter, TestModule, Vitest } from 'vitest/node'

/** What one package's tests came to; `scripts/test.ts` adds these up. */
export interface Counts {
  readonly passed: number
  readonly failed: number
  readonly skipped: number
}

/** Counts tests by result; a file that could not be loaded and an error outside any test fail too. */
export function count(modules: readonly TestModule[], errorsOutside: number): Counts {
  const counts = { passed: 0, failed: errorsOutside, skipped: 0 }
  for (const module of modules) {
    counts.failed += module.errors().length
    for (const suite of module.children.allSuites()) counts.failed += suite.errors().length
    for (const test of module.children.allTests()) {
      const { state } = test.result()
      if (state === 'passed') counts.passed += 1
      else if (state === 'skipped') counts.skipped += 1
      else counts.failed += 1
    }
  }
  return counts
}

/** Writes the counts of a vitest run to `.results/tests.json` of the package it ran in. */
export default class CountReporter implements Reporter {
  #file = ''

  onInit(vitest: Vitest): void {
    const folder = join(vitest.config.root, '.results')
    mkdirSync(folder, { recursive: true })
    this.#file = join(folder, 'tests.json')
    rmSync(this.#file, { force: true })
  }

  onTestRunEnd(modules: readonly TestModule[], errors: readonly unknown[]): void {
    writeFileSync(this.#file, `${JSON.stringify(count(modules, errors.length))}\n`)
  }
}
