/* Runs in the outside project: imports every package, then trains, saves and predicts by command. */
import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'

const { dependencies } = JSON.parse(readFileSync('package.json', 'utf8'))
for (const name of Object.keys(dependencies)) {
  const exported = Object.keys(await import(name))
  if (exported.length === 0) throw new Error(`${name} exports nothing`)
}

const chainrule = (...parameters) =>
  execFileSync('node_modules/.bin/chainrule', parameters, { encoding: 'utf8', stdio: 'pipe' })
const rows = Array.from({ length: 40 }, (_, i) => `${i},${2 * i + 1}`)
writeFileSync('line.csv', `x,y\n${rows.join('\n')}\n`)
writeFileSync('line.mlp', 'dense 4 relu -> dense 1\n')
chainrule(
  'train',
  'line.mlp',
  '--data',
  'line.csv',
  '--target',
  'y',
  '--epochs',
  '3',
  '--out',
  'line.safetensors',
)
const predictions = chainrule('predict', 'line.safetensors', 'line.csv').trim().split('\n')
if (predictions.length !== rows.length + 1) throw new Error(`predicts ${predictions.length} lines`)
