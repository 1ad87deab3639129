#!/usr/bin/env node
/** The `chainrule` command. */
import { runCommand } from './command/program.ts'

const interruption = new AbortController()
process.on('SIGINT', () => {
  // A second Ctrl-C does not wait for the training's chunk to end.
  if (interruption.signal.aborted) process.exit(130)
  interruption.abort()
})
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0) // the reader, such as `head`, has enough
  throw error
})

const { stdout, stderr, env } = process
process.exitCode = await runCommand(
  {
    out: (text) => stdout.write(text),
    err: (text) => stderr.write(text),
    live: stderr.isTTY === true,
    color: stderr.isTTY === true && stdout.isTTY === true && env['NO_COLOR'] === undefined,
    columns: stderr.columns ?? 80,
    signal: interruption.signal,
  },
  process.argv.slice(2),
)
