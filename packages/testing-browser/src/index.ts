/** A headless Chromium for tests, and the line that says why there is none. */
export type { Browser, BrowserContext, Page } from 'playwright-core'
export { launchChromium } from './chromium.ts'
