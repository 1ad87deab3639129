/** Portable numerics give the same bits in Node and in Chromium, in a page and in a worker, for any number of threads. */
import { fileURLToPath } from 'node:url'
import { type Browser, launchChromium, type Page } from '@chainrule/testing-browser'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type PageServer, servePage } from './support/page-server.ts'
import { type Trained, train } from './support/trained-bits.ts'

/**
 * Recorded in Node 24 on x64. It changes when a function of portable arithmetic does, or the training program, its
 * initial weights or an activation: then the change says so, and Node's new bits are written here once all hosts agree.
 */
const recorded = 'a712a7d499fea792532b4a711b590dfa06da91884fb06459710c15b3d9e371d4'

describe('the bits of trained weights', () => {
  it.each([1, 2, 3])('are those that were recorded, in Node with %i threads', async (threads) => {
    const trained = await train(threads)
    expect(trained).toMatchObject({ threads, bits: recorded })
    expect(trained.loss).toBeLessThan(0.7)
  })
})

const launched = await launchChromium()
const missing = typeof launched === 'string' ? launched : undefined
if (missing !== undefined) console.log(`skipped in Chromium: ${missing}`)

describe.skipIf(missing !== undefined)('in Chromium, the bits of trained weights', () => {
  let server: PageServer
  let page: Page

  beforeAll(async () => {
    server = await servePage(fileURLToPath(import.meta.resolve('./support/trained-bits-page.ts')))
    page = await (launched as Browser).newPage()
    await page.goto(server.url)
  })

  afterAll(async () => {
    if (typeof launched !== 'string') await launched.close()
    await server?.close()
  })

  it('are those that were recorded, in a page', async () => {
    const trained = (await page.evaluate('train(1)')) as Trained
    expect(trained).toMatchObject({ threads: 1, bits: recorded })
  })

  it.each([1, 3])('are those that were recorded, in a worker with %i threads', async (threads) => {
    const trained = (await page.evaluate(`new Promise((resolve, reject) => {
      const worker = new Worker('/script.js')
      worker.onmessage = ({ data }) => (typeof data === 'string' ? reject(data) : resolve(data))
      worker.onerror = ({ message }) => reject(message)
      worker.postMessage(${threads})
    })`)) as Trained
    expect(trained).toMatchObject({ threads, bits: recorded })
  })
  it('are near those of Node with fast numerics, which round as the machine likes', async () => {
    const here = await train(1, 'fast')
    const there = (await page.evaluate(`train(1, 'fast')`)) as Trained
    expect(there.loss).toBeCloseTo(here.loss, 1)
  })
})
