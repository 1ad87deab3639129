#!/usr/bin/env node
/** The `chainrule` command. */
import { runCommand } from './command/program.ts'

const interruption = new AbortController()
let interruptedAt = 0
process.on('SIGINT', () => {
  // A second Ctrl-C does not wait. A terminal and a package manager may both pass on the same one, so it must be later.
  if (interruption.signal.aborted && performance.now() - interruptedAt > 1000) process.exit(130)
  if (!interruption.signal.aborted) interruptedAt = performance.now()
  interruption.abort()
})
// A reader that has enough, such as `head`, does not end a training: what is printed from then on is dropped.
let isRead = true
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error
  isRead = false
})

const { stdout, stderr, env } = process
process.exitCode = await runCommand(
  {
    out: (text) => {
      if (isRead) stdout.write(text)
    },
    err: (text) => stderr.write(text),
    live: stderr.isTTY === true,
    color: stderr.isTTY === true && stdout.isTTY === true && env['NO_COLOR'] === undefined,
    columns: stderr.columns ?? 80,
    signal: interruption.signal,
  },
  process.argv.slice(2),
)
