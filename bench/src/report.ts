/** REPORT.md and its pictures. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Section } from './section.ts'

const introduction = `# How fast Chainrule is

Written by \`pnpm bench --report\`; never edit it. Numbers of different runs cannot be compared: machines are shared, so
ours and theirs took turns, and what counts is the ratio. \`ratio\` is above 1 where Chainrule is faster or smaller; \`bar\`
is what the default engine is asked for, and within the run's own spread it counts as met.
`

/** The whole report as Markdown; pictures stand in `report/` beside it. */
export function reportText(circumstances: string, sections: readonly Section[]): string {
  const parts = sections.map(({ title, body, pictures }) =>
    [
      `## ${title}`,
      ...pictures.map(({ name, text }) => `![${text}](report/${name}.svg)`),
      body,
    ].join('\n\n'),
  )
  return `${[introduction, circumstances, ...parts].join('\n\n')}\n`.replaceAll('\n\n\n', '\n\n')
}

export function writeReport(
  folder: string,
  circumstances: string,
  sections: readonly Section[],
): string {
  const pictures = join(folder, 'report')
  mkdirSync(pictures, { recursive: true })
  for (const { name, svg } of sections.flatMap((section) => section.pictures))
    writeFileSync(join(pictures, `${name}.svg`), svg)
  const file = join(folder, 'REPORT.md')
  writeFileSync(file, reportText(circumstances, sections))
  return file
}
