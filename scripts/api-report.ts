import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Extractor, ExtractorConfig, ExtractorLogLevel } from '@microsoft/api-extractor'
import { newChangesets, speaksOf } from './changesets.ts'

/** Packages whose public types are recorded in their api.md: what authors of plugins build on. */
export const recorded = ['core', 'program', 'testing'] as const

const root = join(import.meta.dirname, '..')
const compilerOptions = {
  ...{ target: 'ES2023', module: 'NodeNext', moduleResolution: 'NodeNext', strict: true },
  ...{ lib: ['ES2023', 'DOM'], types: [], skipLibCheck: true },
}
const quiet = { default: { logLevel: ExtractorLogLevel.None } }

/** The public types of a built package, as API Extractor writes them down. */
export function reportOf(name: string): string {
  const folder = join(root, 'packages', name)
  const reportFolder = mkdtempSync(join(tmpdir(), 'api-report-'))
  try {
    const config = ExtractorConfig.prepare({
      configObject: {
        projectFolder: folder,
        mainEntryPointFilePath: join(folder, 'dist/index.d.ts'),
        compiler: { overrideTsconfig: { compilerOptions } },
        apiReport: {
          enabled: true,
          reportFolder,
          reportTempFolder: reportFolder,
          reportFileName: name,
        },
        docModel: { enabled: false },
        dtsRollup: { enabled: false },
        tsdocMetadata: { enabled: false },
        messages: { extractorMessageReporting: quiet, tsdocMessageReporting: quiet },
      },
      configObjectFullPath: undefined,
      packageJsonFullPath: join(folder, 'package.json'),
    })
    Extractor.invoke(config, {
      localBuild: true,
      messageCallback: (message) => {
        message.handled = true
      },
    })
    return readFileSync(join(reportFolder, `${name}.api.md`), 'utf8')
  } finally {
    rmSync(reportFolder, { recursive: true })
  }
}

const fileOf = (name: string): string => join(root, 'packages', name, 'api.md')

/** Why the public types of a package do not hold, if they do not. */
export function apiProblems(name: string): string[] {
  const known = existsSync(fileOf(name)) ? readFileSync(fileOf(name), 'utf8') : ''
  if (reportOf(name) === known) return []
  return [
    `api: the public types are others than api.md says; write a changeset, then \`pnpm api:accept\``,
  ]
}

/** Takes the public types as they are now, where a new changeset tells of it; why not, where none does. */
export function accept(name: string): string | undefined {
  if (apiProblems(name).length === 0) return undefined
  const wanted = `@chainrule/${name}`
  if (!newChangesets(root, `packages/${name}/api.md`).some((text) => speaksOf(text, wanted)))
    return `no changeset that is newer than its api.md speaks of ${wanted}: \`pnpm changeset\``
  writeFileSync(fileOf(name), reportOf(name))
  return undefined
}
