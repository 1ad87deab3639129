/** Once it was loaded, the page needs no network. */
import { fileURLToPath } from 'node:url'
import type { Page } from '@chainrule/testing-browser'
import { preview } from 'vite'
import { describe, expect, it } from 'vitest'
import { missing, site } from './support/site.ts'

/** The families of which a font is in this state. */
const fontsOf = (page: Page, status: FontFaceLoadStatus): Promise<string[]> =>
  page.evaluate(
    (wanted) =>
      [...document.fonts].filter((font) => font.status === wanted).map((font) => font.family),
    status,
  )

describe.skipIf(missing !== undefined)('without a network', () => {
  it('the page opens, trains, completes and explains', async () => {
    // A server of its own, which ends: then nothing can be had from it, whoever asks.
    const root = fileURLToPath(new URL('..', import.meta.url))
    const server = await preview({
      root,
      logLevel: 'error',
      build: { outDir: '.results/site' },
      preview: { host: '127.0.0.1', port: 0 },
    })
    const page = await site.visit({ at: server.resolvedUrls?.local[0] ?? '' })
    await page.evaluate(async () => {
      await navigator.serviceWorker.ready
    })
    await server.close()
    const failed: string[] = []
    page.on('requestfailed', (request) => failed.push(request.url()))
    await page.reload()
    await page.locator('.progress[data-status=playing]').waitFor()
    expect(await page.evaluate(() => navigator.serviceWorker.controller !== null)).toBe(true)
    expect(await page.evaluate(() => crossOriginIsolated)).toBe(true)
    await page
      .locator('.cm-content')
      .fill('data synthetic circle(points=60)\ndense 8 rellu -> dense 2\n')
    await page.locator('.problems').getByRole('button', { name: 'Mend' }).click()
    await page.getByText('No problems').waitFor()
    await page.getByRole('button', { name: 'See every gradient' }).click()
    await page.locator('.equation .katex').first().waitFor()
    // The signs of equations have fonts of their own; in those of the page σ′ reads as a power.
    await expect.poll(() => fontsOf(page, 'loading')).toEqual([])
    expect(await fontsOf(page, 'error')).toEqual([])
    expect(await fontsOf(page, 'loaded')).toContain('KaTeX_Math')
    expect(failed).toEqual([])
    // What was never loaded is told of.
    await page.getByRole('button', { name: 'Digits' }).click()
    await page.getByText('could not be fetched from the site').first().waitFor()
    await page.context().close()
  })
})
