/** The adapter, in a runner that is none: what it registers, and what a failing test says. */
import { engineJs } from '@chainrule/engine-js'
import { describe, expect, it } from 'vitest'
import { type Conformance, describeLayer } from '../src/index.ts'
import { affine, centred, withBackward } from './support/right-layers.ts'

interface Registered {
  readonly title: string
  readonly test: () => Promise<void>
}

/** The titles and tests that `describeLayer` registers. */
function registered(...[layer, conformance]: [typeof affine, Conformance]): Registered[] {
  const tests: Registered[] = []
  const trail: string[] = []
  const runner = {
    describe: (title: string, define: () => void) => {
      trail.push(title)
      define()
      trail.pop()
    },
    it: (title: string, test: () => Promise<void>) => {
      tests.push({ title: [...trail, title].join(' > '), test })
    },
  }
  describeLayer(runner, layer, conformance)
  return tests
}

describe('describeLayer', () => {
  const conformance: Conformance = {
    engines: [engineJs],
    cases: [
      { arguments: [2], inputs: [[3]] },
      { title: 'over times', arguments: [2], inputs: [[2, 3]], except: { rows: 'for the test' } },
    ],
    refuses: [{ arguments: [0], code: 'argument-range' }],
  }

  it('registers a test for each check that a case has, and one for each refusal', () => {
    const titles = registered(affine, conformance).map(({ title }) => title)
    expect(titles).toContain(
      'affine keeps the contract > affine 2 on [3] > shape: forward gives the shapes that `shape` says',
    )
    expect(titles.filter((title) => title.includes('rows:'))).toHaveLength(1)
    expect(titles.filter((title) => title.includes('over times'))).not.toHaveLength(0)
    expect(titles.at(-1)).toBe(
      'affine keeps the contract > refuses affine 0 on [3] with argument-range',
    )
    // What there is nothing to look at for is no test.
    expect(titles.filter((title) => /masks|engines|running-state/.test(title))).toEqual([])
    const running = registered(centred, { engines: [engineJs], cases: [{ inputs: [[4]] }] })
    expect(running.some(({ title }) => title.includes('running-state'))).toBe(true)
  })

  it('passes a layer that is right', async () => {
    for (const { test } of registered(affine, conformance)) await test()
  })

  it('fails with what a person can act on', async () => {
    const wrong = withBackward(affine, (found, ops) => ({
      ...found,
      dh: found.dh.map((dh) => dh && ops.mul(dh, 2)),
    }))
    const test = registered(wrong, conformance).find(({ title }) => title.includes('derived:'))
    await expect(test?.test()).rejects.toThrow(
      /^`affine` fails `derived`: (.|\n)*∂L\/∂h \(input 1\)\[\d, \d\](.|\n)*found(.|\n)*seed 1/,
    )
  })

  it('says of every check why a case cannot be set up', async () => {
    const tests = registered(affine, {
      engines: [engineJs],
      cases: [{ arguments: [2, 3], inputs: [[3]] }],
    })
    expect(tests.length).toBeGreaterThan(5)
    for (const { test } of tests) {
      await expect(test()).rejects.toThrow("the case's own arguments are refused")
    }
  })
})
