/** What a first visit loads before it trains. */
import { readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { missing, site } from './support/site.ts'

/** kB, gzipped, of everything but data: the page, its worker, and what they load by themselves. */
const ceiling = 350

describe.skipIf(missing !== undefined)('a first visit', () => {
  it('loads little, and each file once for both workers', async () => {
    const page = await site.visit({ goes: false })
    const paths: string[] = []
    page.context().on('response', (response) => {
      const { protocol, pathname } = new URL(response.url())
      if (protocol === 'http:' && !pathname.includes('/data/')) paths.push(pathname)
    })
    await page.goto(site.url)
    await page.locator('.plot canvas').waitFor()
    await page.locator('.progress[data-status=playing]').waitFor()
    await page.locator('.cm-content .t-layer').first().waitFor()
    await page.waitForLoadState('networkidle')
    const files = [...new Set(paths)].map((path) => (path === '/' ? '/index.html' : path))
    const sizes = files.map((file) => [file, kilobytes(file)] as const)
    const total = sizes.reduce((sum, [, size]) => sum + size, 0)
    const parts = sizes.map(([file, size]) => `${file} ${size.toFixed(1)}`).join(', ')
    expect(total, parts).toBeLessThanOrEqual(ceiling)
    expect(files.filter((file) => file.includes('worker'))).toHaveLength(1)
    await page.context().close()
  })
})

const kilobytes = (file: string): number =>
  gzipSync(readFileSync(new URL(`../.results/site${file}`, import.meta.url)), { level: 9 }).length /
  1000
