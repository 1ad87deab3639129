/* Runs in the outside project: a plugin from its own package is checked, trusted, trained with, and then not needed. */
import { spawnSync } from 'node:child_process'
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const name = 'chainrule-plugin-swiglu'
const bin = join(process.cwd(), 'node_modules/chainrule/dist/bin.js')
// The person's own folder is one of this visit's.
const env = { ...process.env, XDG_CONFIG_HOME: join(process.cwd(), 'config') }
const chainrule = (folder, ...parameters) =>
  spawnSync(process.execPath, [bin, ...parameters], { cwd: folder, env, encoding: 'utf8' })

function expect(what, { status, stdout, stderr }, code, text) {
  if (status === code && `${stdout}${stderr}`.includes(text)) return
  throw new Error(`${what} ended with ${status}:\n${stdout}${stderr}`)
}

const home = process.cwd()
copyFileSync(join('node_modules', name, 'spiral.mlp'), 'spiral.mlp')
expect('check', chainrule(home, 'check', 'spiral.mlp'), 0, 'ok')
const refused = chainrule(home, 'train', 'spiral.mlp')
expect('train, not trusted', refused, 1, 'error[plugin-untrusted]')
const [, trust] = /--trust (\S+@[0-9a-f]{64})/.exec(refused.stderr) ?? []
const trained = chainrule(
  home,
  'train',
  'spiral.mlp',
  '--trust',
  trust,
  '--out',
  'spiral.safetensors',
)
expect('train', trained, 0, 'saved to spiral.safetensors')
const [, accuracy] = /train .*accuracy (\S+) %/.exec(trained.stdout + trained.stderr) ?? []
if (!(Number(accuracy) >= 98))
  throw new Error(`the plugin's example learns ${accuracy} % of its points`)
if (!readFileSync('chainrule.lock', 'utf8').includes(name)) throw new Error('it is not pinned')
expect('gradcheck', chainrule(home, 'gradcheck', 'spiral.mlp', '--trust', trust), 0, 'ok')

// A folder that knows of no plugin.
const third = mkdtempSync(join(tmpdir(), 'outside-third-'))
copyFileSync('spiral.safetensors', join(third, 'spiral.safetensors'))
writeFileSync(join(third, 'rows.csv'), 'x1,x2\n0.1,0.2\n-0.5,0.5\n')
const predicted = chainrule(third, 'predict', 'spiral.safetensors', 'rows.csv')
expect('predict', predicted, 0, 'prediction')
const lines = predicted.stdout.trim().split('\n')
if (lines.length !== 3) throw new Error(`predicts ${lines.length} lines`)
rmSync(third, { recursive: true })
