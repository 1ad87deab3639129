import type { Body, File, Pipeline, Stage, Statement } from '../ast.ts'

/**
 * A tree without what could not be read of its pipelines: each goes up to the stage at which something is wrong. What is
 * left of it can be resolved as if nothing stood behind it, as the text is while it is written. Nodes that are left keep
 * their places.
 */
export function mended(file: File): File {
  const comments = file.comments.filter(({ style }) => style !== 'block')
  return { ...file, comments, body: mendedBody(file.body) }
}

function mendedBody(body: Body): Body {
  const statements = body.statements.flatMap(mendedStatement)
  const isSame =
    statements.length === body.statements.length &&
    statements.every((each, i) => each === body.statements[i])
  return isSame ? body : { ...body, statements }
}

function mendedStatement(statement: Statement): readonly Statement[] {
  if (statement.kind === 'unreadable') return []
  if (statement.kind === 'pipeline') return mendedPipeline(statement)
  if (!('body' in statement) || statement.body === undefined)
    return [statement.damaged ? { ...statement, damaged: false } : statement]
  const body = mendedBody(statement.body)
  if (body === statement.body && !statement.damaged) return [statement]
  return [{ ...statement, body, damaged: false } as Statement]
}

function mendedPipeline(pipeline: Pipeline): readonly Pipeline[] {
  const stages: Stage[] = []
  for (const stage of pipeline.stages) {
    stages.push(mendedStage(stage))
    // What flows out of it is not what will.
    if (stage.damaged) break
  }
  if (stages.length === 0) return []
  const isSame = !pipeline.damaged && stages.every((stage, i) => stage === pipeline.stages[i])
  return isSame ? [pipeline] : [{ ...pipeline, stages, damaged: false }]
}

function mendedStage(stage: Stage): Stage {
  if ('body' in stage) {
    const body = mendedBody(stage.body)
    if (body !== stage.body || stage.damaged) return { ...stage, body, damaged: false }
  }
  // A layer with something wrong stays damaged, so that nothing is made of it.
  return stage
}
