#!/usr/bin/env node
/** `npm create chainrule-plugin [name]`: asks for what the flags do not say, if there is somebody to ask. */
import { cancel, intro, isCancel, note, outro, select, text } from '@clack/prompts'
import { Command, Option } from 'commander'
import { type Choices, create, kinds, type PluginKind, packageName, shortName } from './create.ts'
import { wrongWithName } from './names.ts'

interface Flags {
  readonly kind?: PluginKind
  readonly scope?: string
  readonly folder?: string
}

const command = new Command('create-chainrule-plugin')
  .description('A package for a layer, loss, optimizer or another plugin of your own.')
  .argument('[name]', 'what a text calls it: `my-layer`')
  .addOption(new Option('--kind <kind>', 'what it is').choices(kinds))
  .option('--scope <scope>', 'your scope on npm')
  .option('--folder <folder>', 'where to write it')
  .parse()

const isAsked = process.stdin.isTTY === true && process.stdout.isTTY === true
try {
  const choices = await chosen(command.args[0], command.opts<Flags>())
  if (choices === undefined) {
    cancel('nothing was written')
    process.exitCode = 1
  } else tell(choices)
} catch (error) {
  console.error(`error: ${error instanceof Error ? error.message : String(error)}`)
  process.exitCode = 1
}

async function chosen(given: string | undefined, flags: Flags): Promise<Choices | undefined> {
  if (isAsked) intro('A plugin for Chainrule')
  const name = given ?? (isAsked ? await askName() : undefined)
  if (name === undefined) {
    if (isAsked) return undefined
    throw new Error('a name is needed: `npm create chainrule-plugin my-layer`')
  }
  const kind = flags.kind ?? (isAsked && given === undefined ? await askKind() : 'layer')
  if (kind === undefined) return undefined
  return { ...flags, name: shortName(name), kind }
}

async function askName(): Promise<string | undefined> {
  const answer = await text({
    message: 'What do texts call it?',
    placeholder: 'my-layer',
    validate: (name) => wrongWithName(shortName(name ?? '')),
  })
  return isCancel(answer) ? undefined : answer
}

async function askKind(): Promise<PluginKind | undefined> {
  const answer = await select({
    message: 'What is it?',
    options: kinds.map((value) => ({ value, label: value })),
  })
  return isCancel(answer) ? undefined : answer
}

function tell(choices: Choices): void {
  const { folder, files } = create(choices)
  const next = [
    `cd ${folder}`,
    'npm install',
    'npm test',
    'npm run build',
    'npx chainrule check example.mlp',
  ]
  const source = files.find((file) => file.startsWith('src') && !file.endsWith('index.ts'))
  if (isAsked) {
    note(next.join('\n'), `${packageName(choices)}: ${files.length} files`)
    outro(`begin with ${source}`)
  } else {
    console.log(
      `wrote ${packageName(choices)} to ${folder}, ${files.length} files; begin with ${source}`,
    )
    for (const line of next) console.log(`  ${line}`)
  }
}
