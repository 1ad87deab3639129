/** A graph on an engine, ready to be trained. */
import type { Engine, Executable, Program } from '@chainrule/program'
import type { ShapedGraph } from './graph.ts'
import { modelParameters } from './model-parameters.ts'
import { Runner } from './runner.ts'
import {
  averageName,
  penaltyOutput,
  seedState,
  stepState,
  targetDeviationName,
  targetMeanName,
} from './state-names.ts'
import { type TrainingSettings, trainingProgram } from './training-program.ts'

/** A graph that was traced and compiled: a runner whose parameters can be initialised and trained. */
export class Session extends Runner {
  readonly shaped: ShapedGraph
  readonly settings: TrainingSettings

  private constructor(
    shaped: ShapedGraph,
    settings: TrainingSettings,
    program: Program,
    executable: Executable,
  ) {
    const { inputs, heads } = shaped.graph
    const outline = {
      inputs: inputs.map(({ name }) => name),
      heads,
      metrics: settings.metrics ?? [],
    }
    super(outline, program, executable)
    this.shaped = shaped
    this.settings = settings
    for (const head of heads) {
      if (head.standardise === true) this.setTargetScale(head.name, [0], [1])
    }
  }

  /** Traces and compiles a graph. */
  static async create(
    shaped: ShapedGraph,
    settings: TrainingSettings,
    engine: Engine,
  ): Promise<Session> {
    const program = trainingProgram(shaped, settings)
    return new Session(shaped, settings, program, await engine.compile(program))
  }

  /** Draws the parameters: the same seed, the same bits. */
  initialise(seed: number): void {
    if (this.hasState(seedState)) this.executable.state(seedState)[0] = seed | 0
    this.executable.run('init', 1)
  }

  /**
   * Parameters and their moving averages take each other's places, where the optimizer keeps averages and has made an
   * update; the second time undoes the first.
   */
  exchangeAverages(): void {
    const { executable, program } = this
    const { optimizer } = this.settings
    if (optimizer?.style !== 'elementwise' || optimizer.common.average === undefined) return
    if (!executable.state(stepState).some((word) => word !== 0)) return
    for (const { name } of modelParameters(this.shaped)) {
      const average = averageName(name)
      if (!Object.hasOwn(program.state, average)) continue
      const weights = executable.state(name).slice()
      executable.state(name).set(executable.state(average))
      executable.state(average).set(weights)
    }
  }

  /** What the penalties on the parameters as they are add to the loss; `undefined` where there are none. */
  penalty(): number | undefined {
    if (!Object.hasOwn(this.program.entries, 'penalty')) return undefined
    this.executable.run('penalty', 1)
    return this.executable.output('penalty', penaltyOutput)[0]
  }

  /** Targets of this head are trained as (y - mean) / deviation. A list of one holds for every output. */
  setTargetScale(head: string, mean: readonly number[], deviation: readonly number[]): void {
    const fill = (name: string, values: readonly number[]): void => {
      const state = this.executable.state(name)
      for (let i = 0; i < state.length; i++) state[i] = values[i % values.length] ?? 0
    }
    fill(targetMeanName(head), mean)
    fill(targetDeviationName(head), deviation)
  }
}
