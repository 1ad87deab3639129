/** `pnpm bench`. */
import { CommanderError } from 'commander'
import { bench } from './bench.ts'
import { readOptions } from './options.ts'

try {
  const voice = {
    out: (text: string) => process.stdout.write(text),
    err: (text: string) => process.stderr.write(text),
  }
  process.exitCode = (await bench(readOptions(process.argv.slice(2)), voice)) ? 0 : 1
} catch (error) {
  if (error instanceof CommanderError) process.exitCode = error.exitCode
  else {
    console.error(error instanceof Error ? error.message : String(error))
    process.exitCode = 1
  }
}
