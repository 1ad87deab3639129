/** What the editor knows of a text while it is written. */
import { describe, expect, it } from 'vitest'
import { missing, type Site, site } from './support/site.ts'

describe.skipIf(missing !== undefined)('the editor', () => {
  const textOf = async (page: Awaited<ReturnType<Site['visit']>>): Promise<string> =>
    page.evaluate(() => window.chainrule.text)

  it('colours words, and shows the shape behind each arrow', async () => {
    const page = await site.visit()
    await page.locator('.t-layer', { hasText: 'dense' }).first().waitFor()
    await page.locator('.hint', { hasText: '[B, 16]' }).waitFor()
    expect(await page.locator('.hint').allTextContents()).toEqual([
      '[B, 2]',
      '[B, 16]',
      '[B, 8]',
      '[B, 2]',
    ])
    expect(await page.locator('.t-directive').first().textContent()).toBe('data')
    await page.context().close()
  })

  it('completes layers, their arguments and words, with what they are', async () => {
    const page = await site.visit()
    await page
      .locator('.cm-content')
      .fill('data synthetic circle(points=200)\ndense 8 relu -> dense 2')
    await page.keyboard.press('End')
    await page.keyboard.type(' -> dropo', { delay: 20 })
    await page.locator('.cm-completionInfo', { hasText: 'Leaves out each element' }).waitFor()
    await page.getByRole('option', { name: /^dropout/ }).click()
    expect(await textOf(page)).toMatch(/-> dropout$/)
    await page.keyboard.type(' ra', { delay: 20 })
    await page.getByRole('option', { name: /rate/ }).click()
    expect(await textOf(page)).toMatch(/-> dropout rate=$/)
    await page.context().close()
  })

  it('says what a word means, with shape and parameters', async () => {
    const page = await site.visit()
    // What helps is loaded when the pointer comes.
    await page.locator('.t-comment').hover()
    await page.locator('.cm-gutter-lint').waitFor()
    await page.locator('.t-layer', { hasText: 'dense' }).first().hover()
    const meaning = page.locator('.meaning')
    await meaning.waitFor()
    expect(await meaning.textContent()).toMatch(/^dense units activation=linear.*parameters: 48$/)
    await page.context().close()
  })

  it('writes the text in its one form by a key, and takes it back', async () => {
    const page = await site.visit()
    const before = 'data synthetic circle(points=200)\ndense  8   relu->dense 2'
    await page.locator('.cm-content').fill(before)
    await page.keyboard.press('Shift+Alt+F')
    await page.waitForFunction(() => window.chainrule.text.includes('dense 8 relu -> dense 2'))
    await page.keyboard.press('Control+z')
    expect(await textOf(page)).toBe(before)
    await page.context().close()
  })
})
