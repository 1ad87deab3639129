import { expect, it } from 'vitest'
import { launchChromium } from '../src/index.ts'

const launched = await launchChromium()
const missing = typeof launched === 'string' ? launched : undefined
if (missing !== undefined) console.log(`skipped in Chromium: ${missing}`)

// A run in CI has to say so: elsewhere whoever has no browser goes on without.
it.runIf(process.env['CI'])('a browser is there in CI', () => {
  expect(missing).toBe(undefined)
})

it.skipIf(missing !== undefined)('a page runs WebAssembly with SIMD', async () => {
  if (typeof launched === 'string') return
  const page = await launched.newPage()
  // The smallest module with an instruction of SIMD: v128.const, drop.
  const module = [
    0,
    97,
    115,
    109,
    1,
    0,
    0,
    0,
    1,
    4,
    1,
    96,
    0,
    0,
    3,
    2,
    1,
    0,
    10,
    23,
    1,
    21,
    0,
    253,
    12,
    ...new Array<number>(16).fill(0),
    26,
    11,
  ]
  expect(await page.evaluate((bytes) => WebAssembly.validate(Uint8Array.from(bytes)), module)).toBe(
    true,
  )
  await launched.close()
})
