/** What a test reads of the experiment in a page. */
import type { Page } from '@chainrule/testing-browser'

/** Every parameter, number by number. */
export const weightsOf = async (page: Page): Promise<Record<string, number[]>> =>
  page.evaluate(async () => {
    const { parameters = {} } = (await window.chainrule.inspect()) ?? {}
    return Object.fromEntries(
      Object.entries(parameters).map(([name, { values }]) => [name, [...values]]),
    )
  })

export const stepOf = (page: Page): Promise<number> =>
  page.evaluate(() => window.chainrule.frame?.step ?? 0)

/** The fragment of a link to it. */
export async function linkOf(page: Page): Promise<string> {
  await page.getByRole('button', { name: 'Share' }).click()
  const link = page.getByLabel('Link', { exact: true })
  await page.waitForFunction(() => document.querySelector('textarea')?.value.includes('#e='))
  const { hash } = new URL(await link.inputValue())
  await page.keyboard.press('Escape')
  return hash
}
