/** What the editor knows of a text while it is written. */
import type { Page } from '@chainrule/testing-browser'
import { describe, expect, it } from 'vitest'
import { missing, site } from './support/site.ts'

/** The page hears what a word may become only when its text ends so; from the first that waits `html` has `data-held`. */
const holdCompletions = async (page: Page, end: string): Promise<void> => {
  await page.addInitScript((until) => {
    window.Worker = class extends Worker {
      constructor(url: string | URL, options?: WorkerOptions) {
        super(url, options)
        this.addEventListener('message', (event) => {
          const { data } = event
          if (data.type !== 'completed' || window.chainrule.text.endsWith(until)) return
          event.stopImmediatePropagation()
          document.documentElement.dataset['held'] = ''
          setTimeout(() => this.dispatchEvent(new MessageEvent('message', { data })), 20)
        })
      }
    }
  }, end)
}

describe.skipIf(missing !== undefined)('the editor', () => {
  const textOf = async (page: Page): Promise<string> => page.evaluate(() => window.chainrule.text)

  it('colours words, and shows the shape behind each arrow', async () => {
    const page = await site.visit()
    await page.locator('.t-layer', { hasText: 'dense' }).first().waitFor()
    await page.locator('.hint[data-label="[B, 16]"]').waitFor()
    const hints = page.locator('.hint')
    // Else they may be read as written, where a whole text is put in place of another.
    expect((await hints.allTextContents()).join('')).toBe('')
    const shown = await hints.evaluateAll((all) =>
      all.map((hint) => (hint as HTMLElement).dataset['label']),
    )
    expect(shown).toEqual(['[B, 2]', '[B, 16]', '[B, 8]', '[B, 2]'])
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

  // Else what is put in place of a whole text, while the page is still busy, comes before it.
  it('replaces what was selected by code, though the browser tells of that late', async () => {
    const page = await site.visit({ goes: false })
    await page.addInitScript(() => {
      document.addEventListener(
        'selectionchange',
        (event) => event.isTrusted && event.stopImmediatePropagation(),
        true,
      )
    })
    await page.goto(site.url)
    const content = page.locator('.cm-content')
    for (const text of ['dense 2', 'dense 3 relu']) {
      await content.selectText()
      // The editor looks at its own focus 10 ms later, and problems and colours come in.
      await page.waitForTimeout(300)
      await page.keyboard.insertText(text)
      await page.waitForFunction((put) => window.chainrule.text.includes(put), text)
      expect(await textOf(page)).toBe(text)
    }
    await content.selectText()
    await page.keyboard.press('Delete')
    await page.waitForFunction(() => window.chainrule.text === '')
    await page.context().close()
  })

  it.each([
    { width: 1280, height: 900 },
    { width: 768, height: 900 },
    { width: 390, height: 844 },
  ])('shows what an option means beside the options, $width pixels wide', async (size) => {
    const page = await site.visit({ size })
    await page.locator('.cm-content').fill('data synthetic circle\ndense 8 relu -> dense 2')
    await page.locator('.cm-gutter-lint').waitFor()
    await page.keyboard.press('Control+End')
    await page.keyboard.type(' -> d', { delay: 20 })
    const options = page.locator('.cm-tooltip-autocomplete > ul')
    const meaning = page.locator('.cm-completionInfo')
    await meaning.filter({ hasText: 'weighted sum' }).waitFor()
    const isOver = async (): Promise<boolean> => {
      const [list, info] = [await options.boundingBox(), await meaning.boundingBox()]
      if (list === null || info === null) return true
      const across = info.x < list.x + list.width - 1 && list.x < info.x + info.width - 1
      const down = info.y < list.y + list.height - 1 && list.y < info.y + info.height - 1
      const isCut = info.x < 0 || info.x + info.width > size.width
      return (across && down) || isCut
    }
    await expect.poll(isOver).toBe(false)
    await page.context().close()
  })

  it('offers what a word may become that was typed before it could', async () => {
    const page = await site.visit({ goes: false })
    // What helps whoever writes is slow to come.
    await page.route('**/assist*', async (route) => {
      await new Promise((resolve) => setTimeout(resolve, 1500))
      await route.continue()
    })
    await page.goto(site.url)
    await page.locator('.cm-content').fill('data synthetic circle\ndropo')
    await page.locator('.cm-completionInfo', { hasText: 'Leaves out each element' }).waitFor()
    await page.context().close()
  })

  // Else the list came with the next key only, where the machine is slow.
  it('offers what a word may become that was begun before an answer to the text without it', async () => {
    const page = await site.visit({ goes: false })
    await holdCompletions(page, '-> d')
    await page.goto(site.url)
    await page.locator('.cm-content').fill('data synthetic circle\ndense 8 relu')
    await page.locator('.cm-gutter-lint').waitFor()
    await page.keyboard.press('Control+End')
    await page.keyboard.type(' -> ')
    await page.locator('html[data-held]').waitFor()
    await page.keyboard.type('d')
    await page.locator('.cm-completionInfo', { hasText: 'weighted sum' }).waitFor()
    await page.context().close()
  })

  // Else that word, which nobody asked to complete, brought a list that took the next Enter.
  it('offers nothing after a space where the word before it came before the editor could help', async () => {
    const page = await site.visit({ goes: false })
    await holdCompletions(page, 'dropout ')
    await page.route('**/assist*', async (route) => {
      await new Promise((resolve) => setTimeout(resolve, 1500))
      await route.continue()
    })
    await page.goto(site.url)
    await page.locator('.cm-content').fill('data synthetic circle\ndropout')
    await page.locator('html[data-held]').waitFor()
    await page.keyboard.type(' ')
    await page.waitForFunction(() => window.chainrule.text.endsWith('dropout '))
    await page.waitForTimeout(500)
    expect(await page.locator('.cm-tooltip-autocomplete').count()).toBe(0)
    await page.context().close()
  })

  it('says of code of others where it runs', async () => {
    const page = await site.visit()
    const text = 'use "./swiglu.ts"\ndata synthetic moons\nswiglu 8 -> dense 2\n'
    await page.locator('.cm-content').fill(text)
    const problems = page.locator('.problems')
    await problems.getByText('there is no code ./swiglu.ts here').waitFor()
    await problems.getByText('chainrule train FILE --out model.safetensors').waitFor()
    expect(await problems.locator('li').count()).toBe(1)
    await page.context().close()
  })

  it('that has errors marks what is shown of the text before, until it has none', async () => {
    const page = await site.visit()
    await page.locator('.progress[data-status=playing]').waitFor()
    await page.locator('.cm-content').fill('data synthetic circle\ndense 8 rellu -> dense 2\n')
    for (const name of ['Network', 'Output']) {
      const panel = page.getByRole('region', { name })
      await panel.getByRole('status').getByText('The text has errors').waitFor()
      await panel.locator('canvas').first().waitFor()
    }
    expect(await page.locator('.is-stale').count()).toBe(3)
    await page.getByRole('button', { name: 'Mend' }).first().click()
    await page.getByText('No problems').waitFor()
    expect(await page.locator('.is-stale').count()).toBe(0)
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

  it('says it below a word that has no room above it in the editor', async () => {
    const page = await site.visit()
    await page.locator('.t-comment').hover()
    await page.locator('.cm-gutter-lint').waitFor()
    const word = page.locator('.t-directive').first()
    await word.hover()
    await page.locator('.meaning').waitFor()
    const [own, told] = [await word.boundingBox(), await page.locator('.meaning').boundingBox()]
    expect(told?.y).toBeGreaterThanOrEqual((own?.y ?? 0) + (own?.height ?? 0) - 1)
    await page.context().close()
  })

  // Else whoever points at a word at once, and waits, waits in vain: the pointer does not move again.
  it('says what a word means that was pointed at before the editor could help', async () => {
    const page = await site.visit({ goes: false })
    await page.route('**/assist*', async (route) => {
      await new Promise((resolve) => setTimeout(resolve, 1500))
      await route.continue()
    })
    await page.goto(site.url)
    const word = page.locator('.t-layer', { hasText: 'dense' }).first()
    await word.hover()
    const before = await word.boundingBox()
    await page.locator('.meaning', { hasText: 'weighted sum' }).waitFor()
    // Nor has the word moved from under it.
    expect(await word.boundingBox()).toEqual(before)
    // Who has left it meanwhile is told nothing.
    await page.reload()
    await page.locator('.t-layer', { hasText: 'dense' }).first().hover()
    await page.getByRole('heading', { name: 'Network' }).hover()
    await page.locator('.cm-gutter-lint').waitFor()
    await page.waitForTimeout(700)
    expect(await page.locator('.meaning').count()).toBe(0)
    await page.context().close()
  })

  it.each([1280, 390])('shows a whole signature, %i pixels wide', async (width) => {
    const page = await site.visit({ size: { width, height: 900 } })
    await page.locator('.cm-content').fill('data synthetic circle\ndense 8 relu -> dense 2')
    await page.locator('.cm-gutter-lint').waitFor()
    await page.keyboard.press('Control+End')
    await page.keyboard.type(' -> d', { delay: 20 })
    const signature = page.locator('.cm-completionInfo code', { hasText: 'weights=glorot-uniform' })
    await signature.waitFor()
    const cut = await page
      .locator('.cm-tooltip-autocomplete li, .cm-completionInfo code')
      .evaluateAll((all) =>
        all.filter(({ scrollWidth, clientWidth }) => scrollWidth > clientWidth).map(String),
      )
    expect(cut).toEqual([])
    await page.context().close()
  })

  it.each([768, 390])('breaks no shape and no arrow over two lines, %i wide', async (width) => {
    const page = await site.visit({ size: { width, height: 900 } })
    const layers = Array.from({ length: 12 }, (_, i) => `dense ${100 + i} relu`)
    const text = `data synthetic circle\n${layers.join(' -> ')} -> dense 2`
    await page.locator('.cm-content').fill(text)
    await page.locator('.hint[data-label="[B, 111]"]').waitFor()
    const lines = await page
      .locator('.hint, .t-arrow')
      .evaluateAll((all) => all.map((each) => each.getClientRects().length))
    expect(lines.length).toBeGreaterThan(20)
    expect(new Set(lines)).toEqual(new Set([1]))
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
