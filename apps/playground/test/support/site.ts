/** The built page on a port of its own, opened in Chromium as a visitor has it. */
import { fileURLToPath } from 'node:url'
import { type Browser, launchChromium, type Page } from '@chainrule/testing-browser'
import { build, preview } from 'vite'

const root = fileURLToPath(new URL('../..', import.meta.url))

export interface Site {
  readonly url: string
  readonly browser: Browser
  /** A visitor without anything from before. */
  visit(options?: VisitOptions): Promise<Page>
  close(): Promise<void>
}

export interface VisitOptions {
  /** What stands behind the address. */
  readonly hash?: string
  readonly scheme?: 'light' | 'dark'
  readonly size?: { readonly width: number; readonly height: number }
}

/** Why there is no browser, or the site. */
export async function openSite(): Promise<Site | string> {
  const browser = await launchChromium()
  if (typeof browser === 'string') return browser
  await build({ root, logLevel: 'error' })
  const server = await preview({ root, logLevel: 'error', preview: { host: '127.0.0.1', port: 0 } })
  const url = server.resolvedUrls?.local[0] ?? ''
  return {
    url,
    browser,
    visit: async ({ hash = '', scheme = 'light', size = { width: 1440, height: 960 } } = {}) => {
      // A browser whose language is no language tag is a matter of the machine.
      const context = await browser.newContext({
        locale: 'en-US',
        colorScheme: scheme,
        viewport: size,
      })
      const page = await context.newPage()
      page.on('pageerror', (error) => {
        throw error
      })
      await page.goto(`${url}${hash}`)
      return page
    },
    close: async () => {
      await browser.close()
      await server.close()
    },
  }
}
