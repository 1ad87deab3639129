import { cruise, type ICruiseResult } from 'dependency-cruiser'
import { type Manifest, manifestProblems, manifests } from './manifests.ts'
import { rules } from './rules.ts'
import type { Table } from './table.ts'

/** Every import and every package.json under `root` that breaks the table or goes in a circle. */
export async function boundaryProblems(root: string, table: Table): Promise<readonly string[]> {
  const all = manifests(root)
  const { modules, summary } = await imports(root, table, all)
  const found = summary.violations.map(({ rule, from, to, cycle }) => {
    const way = cycle ? [from, ...cycle.map(({ name }) => name)].join(' → ') : `${from} → ${to}`
    return `${rule.name}: ${way} (${comment(summary, rule.name, from)})`
  })
  const problems = [...found, ...undeclared(modules, all), ...manifestProblems(all, table)]
  return [...new Set(problems)].sort()
}

async function imports(root: string, table: Table, all: readonly Manifest[]) {
  const { output } = await cruise(
    all.map(({ folder }) => folder),
    {
      baseDir: root,
      validate: true,
      ruleSet: rules(
        table,
        all.flatMap(({ entries }) => entries),
      ),
      tsPreCompilationDeps: 'specify',
      doNotFollow: 'node_modules',
      exclude: '/(?:dist|node_modules|\\.results)/|^scripts/(?:outside|new-layer/template)/',
      enhancedResolveOptions: {
        exportsFields: ['exports'],
        conditionNames: ['source', 'types', 'import', 'node', 'default'],
      },
    },
  )
  if (typeof output === 'string') throw new Error('internal: dependency-cruiser gave text')
  return output
}

/** `src` may import a package of ours only where `dependencies` installs it. */
function undeclared(modules: ICruiseResult['modules'], all: readonly Manifest[]): string[] {
  return all.flatMap((manifest) => {
    const src = modules.filter(({ source }) => source.startsWith(`${manifest.folder}/src/`))
    const used = new Set(src.flatMap(({ dependencies }) => dependencies.map((d) => d.module)))
    return manifest.devDependencies
      .filter((name) => used.has(name))
      .map((name) => `undeclared: ${manifest.folder}/src imports ${name}, a devDependency`)
  })
}

function comment({ ruleSetUsed }: ICruiseResult['summary'], name: string, from: string): string {
  const rule = ruleSetUsed?.forbidden?.find(
    (candidate) =>
      candidate.name === name &&
      'from' in candidate &&
      new RegExp(String(candidate.from?.path)).test(from),
  )
  return rule?.comment ?? name
}
