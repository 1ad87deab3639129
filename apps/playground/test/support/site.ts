/** The built page, opened in Chromium as a visitor has it. */
import { type Browser, launchChromium, type Page } from '@chainrule/testing-browser'
import { afterAll, inject } from 'vitest'

export interface Site {
  readonly url: string
  readonly browser: Browser
  /** A visitor without anything from before; what the page throws fails the test. */
  visit(options?: VisitOptions): Promise<Page>
}

export interface VisitOptions {
  /** Another place of the site. */
  readonly at?: string
  /** What stands behind the address. */
  readonly hash?: string
  readonly scheme?: 'light' | 'dark'
  /** Whether the page is opened at once; it is where left out. */
  readonly goes?: boolean
  readonly size?: { readonly width: number; readonly height: number }
}

const launched = await launchChromium()

/** Why there is no browser. */
export const missing = typeof launched === 'string' ? launched : undefined
if (missing !== undefined) console.log(`skipped in Chromium: ${missing}`)

const url = inject('site')

export const site: Site = {
  url,
  get browser() {
    if (typeof launched === 'string') throw new Error(launched)
    return launched
  },
  visit: async ({
    at = url,
    hash = '',
    scheme = 'light',
    goes = true,
    size = { width: 1440, height: 960 },
  } = {}) => {
    // A browser whose language is no language tag is a matter of the machine.
    const context = await site.browser.newContext({
      locale: 'en-US',
      colorScheme: scheme,
      viewport: size,
    })
    const page = await context.newPage()
    // Shorter than a test may take, so that a failure names its line.
    page.setDefaultTimeout(20_000)
    page.on('pageerror', (error) => {
      throw error
    })
    if (goes) await page.goto(`${at}${hash}`)
    return page
  },
}

afterAll(async () => {
  if (typeof launched !== 'string') await launched.close()
})
