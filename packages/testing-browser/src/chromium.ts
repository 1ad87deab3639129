/** A headless Chromium: the host's, or the one that comes as a package for Linux. */
import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rename, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { type Browser, chromium } from 'playwright-core'

const installed = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']

const flags = ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage']

/** Why there is none, or the browser. */
export async function launchChromium(): Promise<Browser | string> {
  const executablePath =
    process.env['CHROMIUM'] || (installed.find(existsSync) ?? (await unpacked()))
  if (executablePath === undefined) {
    return 'no Chromium here: set CHROMIUM to the path of one'
  }
  try {
    return await chromium.launch({ executablePath, args: flags })
  } catch (error) {
    return `${executablePath} does not run: ${String(error).slice(0, 300)}`
  }
}

/** The package's Chromium, which is for Linux on x64; unpacked once, and then moved to where the next run finds it. */
async function unpacked(): Promise<string | undefined> {
  if (process.platform !== 'linux' || process.arch !== 'x64') return undefined
  const entry = createRequire(import.meta.url).resolve('@sparticuz/chromium')
  const manifest = await readFile(join(dirname(entry), '../../package.json'), 'utf8')
  const { version } = JSON.parse(manifest) as { readonly version: string }
  const home = join(tmpdir(), `chainrule-chromium-${version}`)
  if (!existsSync(home)) await unpackInto(home)
  return join(home, 'chromium')
}

/** Runs that unpack at the same time do so in folders of their own: there is never half a browser at the last place. */
async function unpackInto(home: string): Promise<void> {
  const outer = process.env['TMPDIR']
  const made = await mkdtemp(`${home}-`)
  try {
    process.env['TMPDIR'] = made
    const { default: packaged } = await import('@sparticuz/chromium')
    packaged.setGraphicsMode = false
    const path = await packaged.executablePath()
    if (basename(path) !== 'chromium') throw new Error(`the package's browser is ${path}`)
    await rename(made, home)
  } catch (error) {
    await rm(made, { recursive: true, force: true })
    if (!existsSync(home)) throw error
  } finally {
    if (outer === undefined) delete process.env['TMPDIR']
    else process.env['TMPDIR'] = outer
  }
}
