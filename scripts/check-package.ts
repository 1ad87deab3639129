import { execFile } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { publint } from 'publint'
import { formatMessage } from 'publint/utils'
import { apiProblems, recorded } from './api-report.ts'
import { bundledIn, unnamedIn } from './bundled.ts'

/*
 * Packs the package of the working directory as it would be published and looks at the tarball:
 * publint --strict, attw --profile esm-only, that no manifest entry leads back into sources, and that
 * the license of every package of others whose code is bundled goes with it, and that the public types of what authors of
 * plugins build on are those of its api.md.
 * The tarball stays at .results/package.tgz for `pnpm test:outside`.
 */
const run = promisify(execFile)
const workshop = import.meta.dirname
const results = join(process.cwd(), '.results')
const tarball = join(results, 'package.tgz')
const notice = 'THIRD-PARTY-LICENSES.txt'

interface Manifest {
  readonly name: string
  readonly exports: unknown
  readonly dependencies?: Readonly<Record<string, string>>
}

async function pack(): Promise<Manifest> {
  mkdirSync(results, { recursive: true })
  await run('pnpm', ['pack', '--out', tarball])
  const { stdout } = await run('tar', ['xzOf', tarball, 'package/package.json'])
  return JSON.parse(stdout) as Manifest
}

async function publintProblems(manifest: Manifest): Promise<string[]> {
  const bytes = readFileSync(tarball)
  const { messages } = await publint({
    pack: { tarball: new Uint8Array(bytes).buffer },
    strict: true,
  })
  return messages.map((message) => `publint: ${formatMessage(message, { ...manifest })}`)
}

async function attwProblems(): Promise<string[]> {
  const attw = join(workshop, 'node_modules/.bin/attw')
  const flags = ['--profile', 'esm-only', '--no-definitely-typed', '--no-color', '--no-emoji']
  try {
    await run(attw, [...flags, tarball])
    return []
  } catch (error) {
    return [`attw: ${error instanceof Error && 'stdout' in error ? error.stdout : error}`]
  }
}

/** The published manifest must stand alone: no sources, no workspace protocol. */
function manifestProblems({ exports, dependencies = {} }: Manifest): string[] {
  const problems: string[] = []
  if (JSON.stringify(exports).includes('src/')) {
    problems.push('manifest: the packed exports lead to src/; repair publishConfig.exports')
  }
  for (const [name, range] of Object.entries(dependencies)) {
    if (range.startsWith('workspace:')) problems.push(`manifest: ${name} is packed as ${range}`)
  }
  return problems
}

/** Code of others is published with the notice that its license wants. */
async function licenseProblems(): Promise<string[]> {
  const { stdout } = await run('tar', ['tzf', tarball])
  const files = stdout.split('\n')
  const read = async (names: readonly string[]): Promise<string> => {
    if (names.length === 0) return ''
    return (await run('tar', ['xzOf', tarball, ...names], { maxBuffer: 1e9 })).stdout
  }
  const code = await read(files.filter((name) => /\/dist\/.*\.js$/.test(name)))
  const text = await read(files.filter((name) => name === `package/${notice}`))
  const unnamed = unnamedIn(text, bundledIn(code))
  return unnamed.map((each) => `license: ${each} is bundled; ${notice} does not name it`)
}

const manifest = await pack()
const checks = [
  await publintProblems(manifest),
  await attwProblems(),
  manifestProblems(manifest),
  await licenseProblems(),
  ...recorded.filter((name) => manifest.name === `@chainrule/${name}`).map(apiProblems),
]
for (const problem of checks.flat()) console.error(`${manifest.name}: ${problem}`)
const failed = checks.filter((problems) => problems.length > 0).length
const counts = { passed: checks.length - failed, failed, skipped: 0 }
writeFileSync(join(results, 'checks.json'), `${JSON.stringify(counts)}\n`)
process.exitCode = failed > 0 ? 1 : 0
