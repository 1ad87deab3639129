/* Runs in the outside project: a package of each kind is made from the template, built, tested, type-checked, and used. */
import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { kinds } from 'create-chainrule-plugin'

const home = process.cwd()
const bin = (name) => join(home, 'node_modules/.bin', name)
const env = { ...process.env, XDG_CONFIG_HOME: join(home, 'config') }

/** Ends the visit where a command does not end as it must; what it printed. */
function run(folder, status, command, ...parameters) {
  const ran = spawnSync(command, parameters, { cwd: folder, env, encoding: 'utf8' })
  const said = `${ran.stdout}${ran.stderr}`
  if (ran.status === status) return said
  throw new Error(
    `${command} ${parameters.join(' ')} in ${folder} ended with ${ran.status}:\n${said}`,
  )
}

mkdirSync('made')
for (const kind of kinds) {
  const name = `my-${kind}`
  const folder = join(home, 'made', name)
  run(home, 0, bin('create-chainrule-plugin'), name, '--kind', kind, '--folder', folder)
  // What it depends on is found in the folder around it.
  const { scripts } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  env.PATH = `${join(home, 'node_modules/.bin')}:${process.env.PATH}`
  for (const script of ['build', 'test', 'typecheck']) run(folder, 0, 'sh', '-c', scripts[script])
  const readme = readFileSync(join(folder, 'README.md'), 'utf8')
  if (!/^(?:Equation {3}|Format {5})\S/m.test(readme))
    throw new Error(`the README of ${name} has no equation`)
  run(folder, 0, bin('chainrule'), 'check', 'example.mlp')
  const refused = run(folder, 1, bin('chainrule'), 'train', 'example.mlp')
  const [, trust] = /--trust (\S+@[0-9a-f]{64})/.exec(refused) ?? []
  run(folder, 0, bin('chainrule'), 'train', 'example.mlp', '--trust', trust, '--epochs', '5')
}
