/** Where peers come from: npm, the system's Python, or C compiled for this run. */
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { packageVersion } from './package-version.ts'
import type { FindContext, Found, Launch, Peer } from './peer.ts'

const here = join(import.meta.dirname, 'peers')
const python = '/usr/bin/python3'

type Find = Peer['find']

/** A file of ours that runs in this Node, from the sources of the workspace. */
export function node(file: string): Launch {
  return { command: process.execPath, parameters: ['--conditions=source', join(here, file)] }
}

/** A package that the bench depends on. */
export function fromNpm(name: string, file: string): Find {
  return async () => {
    const version = packageVersion(name)
    return version === undefined ? { missing: 'pnpm install' } : { launch: node(file), version }
  }
}

/** A module of the system's Python; `distribution` is what pip calls it. */
export function fromPython(module: string, distribution: string, file: string): Find {
  const script = `import importlib.metadata as m, importlib.util as u
print(m.version("${distribution}").split("+")[0] if u.find_spec("${module}") else "")`
  return async () => {
    const version = await output(python, ['-c', script])
    return version === undefined || version === ''
      ? { missing: `apt-get install python3-${module} (for ${python})` }
      : { launch: { command: python, parameters: [join(here, file)] }, version }
  }
}

/** A program in C; `undefined` where it cannot be compiled. */
export async function fromC(
  { temporary }: FindContext,
  file: string,
  libraries: readonly string[] = [],
): Promise<Launch | undefined> {
  const program = join(temporary, file.replace(/\.c$/, ''))
  const flags = ['-O3', '-ffp-contract=fast', '-o', program, join(here, file), ...libraries]
  const built = await output('gcc', flags)
  return built === undefined ? undefined : { command: program, parameters: [] }
}

/** What a command prints; `undefined` where it fails or is not there. */
export async function output(
  command: string,
  parameters: readonly string[],
): Promise<string | undefined> {
  try {
    return (await promisify(execFile)(command, [...parameters])).stdout.trim()
  } catch {
    return undefined
  }
}

export async function findFann(context: FindContext): Promise<Found> {
  const launch = await fromC(context, 'fann.c', ['-lfloatfann', '-lm'])
  if (launch === undefined) return { missing: 'apt-get install gcc libfann-dev' }
  return { launch, version: (await output('pkg-config', ['--modversion', 'fann'])) ?? '' }
}

/** The peak as gcc compiles it, or else as V8 does. */
export async function findPeak(context: FindContext): Promise<Found> {
  const launch = await fromC(context, 'fma-peak.c')
  return launch === undefined
    ? { launch: node('fma-peak.ts'), version: `V8 ${process.versions.v8}` }
    : { launch, version: `gcc ${(await output('gcc', ['-dumpfullversion'])) ?? ''}` }
}
