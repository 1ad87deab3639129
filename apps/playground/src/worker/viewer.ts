/** The model as it stands, asked at every point of a grid. It has an engine of its own, so that the training's data stay where they are. */
import { type Engine, modelKinds, Session, type ShapedGraph } from '@chainrule/core'
import type { Frame, Plane } from './protocol.ts'
import { sizeOf } from './views.ts'

/** Networks up to so many parameters are drawn neuron by neuron. */
export const drawnParameters = 5000
/** Layers wider than this are drawn as strips. */
const drawnUnits = 64

export class Viewer {
  readonly #session: Session
  readonly #head: string
  readonly #rows: Int32Array
  readonly #neurons: readonly string[]

  private constructor(session: Session, rows: number) {
    this.#session = session
    this.#head = session.shaped.graph.heads[0]?.name ?? ''
    this.#rows = Int32Array.from({ length: rows }, (_, row) => row)
    this.#neurons =
      session.program.entries['inspect'] === undefined ? [] : flatNodes(session.shaped)
  }

  static async create(
    shaped: ShapedGraph,
    grid: Float32Array,
    { grid: side }: Plane,
    engine: Engine,
  ): Promise<Viewer> {
    const rows = side * side
    const small = shaped.instances
      .flatMap(({ parameters }) => Object.values(parameters))
      .reduce((sum, { shape }) => sum + sizeOf(shape), 0)
    const entries =
      small <= drawnParameters ? (['predict', 'inspect'] as const) : (['predict'] as const)
    const session = await Session.create(shaped, { maxBatch: rows, entries }, engine)
    const [input] = shaped.graph.inputs
    const targets = shaped.graph.heads.map(({ name, loss }) => {
      const type = session.program.inputs[`target/${name}`]
      const size =
        type === undefined
          ? 0
          : type.shape.slice(1).reduce<number>((product, n) => product * Number(n), rows)
      return [
        name,
        loss?.target === 'class' ? new Int32Array(size) : new Float32Array(size),
      ] as const
    })
    session.bind({
      rows,
      inputs: { [input?.name ?? '']: grid },
      targets: Object.fromEntries(targets),
    })
    return new Viewer(session, rows)
  }

  /** What the model gives at each point, with the weights that `trained` has. */
  look(trained: Session): Pick<Frame, 'surface' | 'neurons'> {
    for (const [name, values] of Object.entries(trained.snapshot(modelKinds)))
      if (this.#session.hasState(name)) this.#session.executable.state(name).set(values)
    const prediction = this.#session.predict(this.#rows)[this.#head]
    const rows = this.#rows.length
    const surface =
      prediction === undefined
        ? undefined
        : { width: prediction.length / rows, values: Float32Array.from(prediction) }
    return { surface, neurons: this.#look() }
  }

  #look(): Frame['neurons'] {
    if (this.#neurons.length === 0) return undefined
    const seen = this.#session.inspect(this.#rows)
    return Object.fromEntries(
      this.#neurons.flatMap((name) => {
        const found = seen[`${name}/h`]
        return found === undefined
          ? []
          : [
              [
                name,
                { width: found.shape.at(-1) ?? 1, values: Float32Array.from(found.values) },
              ] as const,
            ]
      }),
    )
  }

  dispose(): void {
    this.#session.dispose()
  }
}

/** Nodes whose rows are lines of few numbers. */
function flatNodes({ nodes }: ShapedGraph): string[] {
  return nodes.flatMap(({ node, outputShapes }) => {
    const [, units, ...more] = outputShapes['h'] ?? []
    return typeof units === 'number' && more.length === 0 && units <= drawnUnits ? [node.name] : []
  })
}
