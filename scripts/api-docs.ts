import { join } from 'node:path'
import { Application, type Comment, Converter, ReflectionKind } from 'typedoc'
import { manifests } from './boundaries/manifests.ts'

/* `pnpm docs:api`: the public packages by TypeDoc, as Markdown in docs/api, which is not kept. A warning fails. */
const root = join(import.meta.dirname, '..')

/** The entries that are published, by their sources; what a package lends to tests is none. */
const entries = new Map(
  manifests(root)
    .filter((manifest) => !manifest.private)
    .flatMap(({ name, entries: files }) =>
      files
        .filter((file) => /\/src\/\w+\.ts$/.test(file))
        .map((file) => [file, entryName(name, file)] as const),
    ),
)

function entryName(name: string, file: string): string {
  const inner = /\/src\/(\w+)\.ts$/.exec(file)?.[1]
  return inner === 'index' || inner === undefined ? name : `${name}/${inner}`
}

const label = /^(?:Equation|Shapes|Gradient|Saved|Errors|Source|Units) {2,}/

/** The lines of our template, `Equation   h = σ(g)` and those that follow, keep their breaks and columns. */
function keepColumns({ summary }: Comment): void {
  for (const part of summary) {
    if (part.kind !== 'text') continue
    const lines = part.text.split('\n')
    const from = lines.findIndex((line) => label.test(line))
    if (from < 0) continue
    const end = lines.findIndex((line, i) => i > from && line.trim() === '')
    const to = end < 0 ? lines.length : end
    const block = ['```text', ...lines.slice(from, to), '```']
    part.text = [...lines.slice(0, from), ...block, ...lines.slice(to)].join('\n')
  }
}

const application = await Application.bootstrapWithPlugins({
  name: 'Chainrule',
  entryPoints: [...entries.keys()].map((file) => join(root, file)),
  tsconfig: join(root, 'scripts/api-docs.tsconfig.json'),
  plugin: ['typedoc-plugin-markdown'],
  readme: 'none',
  excludeExternals: true,
  disableSources: true,
  out: join(root, 'docs/api'),
  logLevel: 'Warn',
  treatWarningsAsErrors: true,
  validation: { notExported: false, invalidLink: true, notDocumented: false },
})
application.converter.on(Converter.EVENT_RESOLVE_BEGIN, ({ project }) => {
  for (const reflection of Object.values(project.reflections)) {
    if (reflection.comment !== undefined) keepColumns(reflection.comment)
    if (!reflection.kindOf(ReflectionKind.Module)) continue
    const file = `packages/${reflection.name}`
    const name = entries.get(`${file}.ts`) ?? entries.get(`${file}/index.ts`)
    if (name !== undefined) reflection.name = name
  }
})
const project = await application.convert()
const isRight =
  project !== undefined && !application.logger.hasErrors() && !application.logger.hasWarnings()
if (project !== undefined) await application.generateOutputs(project)
process.exitCode = isRight ? 0 : 1
if (isRight) console.log(`wrote docs/api: ${entries.size} entries`)
