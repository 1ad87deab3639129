/* Runs in the outside project: does what docs/guide/write-a-layer.md says, block by block. */
import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

const home = process.cwd()
const bins = join(home, 'node_modules/.bin')
const env = {
  ...process.env,
  PATH: `${bins}:${process.env.PATH}`,
  XDG_CONFIG_HOME: join(home, 'config'),
}
mkdirSync('guide')
let folder = join(home, 'guide')

function run(command, status = 0) {
  const ran = spawnSync('sh', ['-c', command], { cwd: folder, env, encoding: 'utf8' })
  const said = `${ran.stdout}${ran.stderr}`
  if (ran.status === status) return said
  throw new Error(`the guide: \`${command}\` ended with ${ran.status}:\n${said}`)
}

/** What a line of the guide is here, where packages lie in the folder around and nothing is published. */
function follow(line, asks) {
  const [, created] = /^npm create chainrule-plugin@latest (.*)$/.exec(line) ?? []
  const [, script] = /^npm (?:run )?(\w+)$/.exec(line) ?? []
  if (created !== undefined) run(`create-chainrule-plugin ${created}`)
  else if (line.startsWith('cd ')) folder = join(folder, line.slice(3))
  else if (line === 'npm install') return
  else if (script !== undefined)
    run(JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')).scripts[script])
  else {
    const command = line.replace(/^npx /, '')
    const [, trust] = asks ? (/--trust (\S+@[0-9a-f]{64})/.exec(run(command, 1)) ?? []) : []
    run(trust === undefined ? command : `${command} --trust ${trust}`)
  }
}

const text = readFileSync('write-a-layer.md', 'utf8')
let commands = 0
for (const [, language, how, block] of text.matchAll(/^```(\w+) ?(\S*)\n(.*?)^```$/gms)) {
  const [, file] = /^file=(.+)$/.exec(how) ?? []
  if (file !== undefined) {
    mkdirSync(dirname(join(folder, file)), { recursive: true })
    writeFileSync(join(folder, file), block)
  } else if (language === 'sh' && how !== 'not-run') {
    for (const line of block.trim().split('\n')) {
      follow(line, how === 'asks')
      commands++
    }
  }
}
if (commands < 10) throw new Error(`the guide has ${commands} commands only`)
