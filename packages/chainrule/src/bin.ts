#!/usr/bin/env node
/** The `chainrule` command. What it does is loaded last, so that Ctrl-C is heard from the first moment. */
import module from 'node:module'
import { type Console, formatOf, printOwnError } from './command/console.ts'
import { exits } from './command/exits.ts'

// What V8 made of the files last time is kept in the folder for temporary files: a start has a tenth less to do. Node before
// 22.8 cannot; where the folder cannot be written nothing is kept, and nothing is said.
module.enableCompileCache?.()

const { stdout, stderr, env } = process
const args = process.argv.slice(2)

/**
 * A reader that has enough, such as `head`, does not end a training: what is printed from then on is dropped. So it is where
 * a stream takes no more, as on a full disk; then `other` tells, and the command ends with 1.
 */
function printer(stream: NodeJS.WriteStream, other: NodeJS.WriteStream): (text: string) => void {
  let isRead = true
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (isRead && error.code !== 'EPIPE') {
      other.write(`error[system]: what is printed is lost: ${error.message}\n`)
      process.exitCode = exits.mistake
    }
    isRead = false
  })
  return (text) => {
    if (isRead) stream.write(text)
  }
}

const interruption = new AbortController()
let isHeld = false
let isListening = false
const console: Console = {
  out: printer(stdout, stderr),
  err: printer(stderr, stdout),
  live: stderr.isTTY === true,
  color: stderr.isTTY === true && stdout.isTTY === true && env['NO_COLOR'] === undefined,
  columns: stderr.columns ?? 80,
  signal: interruption.signal,
  holdInterrupts: () => {
    isHeld = true
    listen()
  },
}

function listen(): void {
  if (!isListening) process.on('SIGINT', interrupt)
  isListening = true
}

/** Whether the process may end without another word. */
let isDone = false
function end(code: number): never {
  isDone = true
  process.exit(code)
}

const interrupted = 130
let interruptedAt = 0
function interrupt(): void {
  if (!isHeld) {
    const message = 'interrupted before the training began: nothing was trained, nothing saved'
    printOwnError(
      console,
      { code: 'interrupted', message, help: undefined, data: {} },
      formatOf(args),
    )
    end(interrupted)
  }
  // A second Ctrl-C does not wait. A terminal and a package manager may both pass on the same one, so it must be later.
  if (interruption.signal.aborted && performance.now() - interruptedAt > 1000) end(interrupted)
  if (!interruption.signal.aborted) interruptedAt = performance.now()
  interruption.abort()
}

// Other commands have nothing to say about it: the system ends them, also in the middle of long work.
if (args[0] === 'train') listen()
const { runCommand } = await import('./command/program.ts')
const { ran, tellUncaught, tellUnended } = await import('./command/faults.ts')

process.on('uncaughtException', (error) => end(tellUncaught(console, error, formatOf(args))))
process.on('exit', () => {
  if (!isDone) process.exitCode = tellUnended(console, formatOf(args))
})
const code = await runCommand(console, args)
isDone = true
process.exitCode ||= code
// Code of others may have left something that keeps the process, such as a timer.
if (ran.size > 0) setTimeout(() => process.exit(), 1000).unref()
