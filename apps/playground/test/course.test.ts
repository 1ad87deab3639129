/** Where a training is after so many updates, whatever it began from. */
import { fit } from '@chainrule/core'
import { prepareTraining } from 'chainrule/workbench'
import { describe, expect, it } from 'vitest'
import { Acts } from '../src/worker/acts.ts'
import { Course } from '../src/worker/course.ts'
import { oneThread } from '../src/worker/engines.ts'
import { openText } from '../src/worker/open-text.ts'

/** 20 rows in batches of 8: updates end behind row 8, 16 and 20. */
const first = (): Course => new Course(20, 8)

describe('a course', () => {
  it.each([
    [1, { epoch: 1, step: 1 }, { step: 1, epoch: 1, next: { epoch: 1, row: 8 } }],
    [3, { epoch: 1, step: 3 }, { step: 3, epoch: 1, next: { epoch: 2, row: 0 } }],
    [5, { epoch: 2, step: 5 }, { step: 5, epoch: 2, next: { epoch: 2, row: 16 } }],
  ])('knows after %i updates which rows come next', (_, event, place) => {
    const course = first()
    course.follow(event)
    expect(course).toMatchObject(place)
  })

  it('goes on amid an epoch in smaller batches', () => {
    const before = first()
    before.follow({ epoch: 2, step: 4 })
    const course = new Course(20, 3, before)
    expect(course.start).toEqual({ step: 4, before: 0, at: { epoch: 2, row: 8 } })
    // `fit` counts 7 updates for the first epoch, and 3 for the 8 rows that were seen.
    course.follow({ epoch: 2, step: 11 })
    expect(course).toMatchObject({ step: 5, next: { epoch: 2, row: 11 } })
    course.follow({ epoch: 2, step: 14 })
    expect(course).toMatchObject({ step: 8, next: { epoch: 3, row: 0 } })
    course.follow({ epoch: 3, step: 15 })
    expect(course).toMatchObject({ step: 9, next: { epoch: 3, row: 3 } })
  })

  it.each([2, 3, 5, 7, 20])(
    'counts the updates of what goes on in batches of %i',
    async (batch) => {
      const text = `data synthetic moons(points=20) { split train=100% }\ndense 2\ntrain batch=${batch}\n`
      const { experiment, data } = await openText(text, {})
      if (experiment === undefined || data === undefined) throw new Error('errors')
      const { session, parts } = await prepareTraining(text, experiment, data, {
        engine: oneThread,
      })
      const before = first()
      before.follow({ epoch: 2, step: 4 })
      const course = new Course(20, batch, before)
      const options = { ...experiment.fit, ...parts, epochs: 4, start: course.start.at, batch }
      const rows: number[] = []
      for await (const event of fit(session, { ...options, stepsPerEvent: () => 1 })) {
        if (event.type !== 'progress') continue
        course.follow(event)
        expect(course.step).toBe(4 + (session.executable.state('step')[0] ?? 0))
        rows.push(course.next.row)
      }
      const ends = (from: number): number[] =>
        Array.from({ length: Math.ceil((20 - from) / batch) }, (_, i) => from + (i + 1) * batch)
      expect(rows).toEqual([8, 0, 0].flatMap(ends).map((row) => (row < 20 ? row : 0)))
      session.dispose()
    },
  )

  it('behind one that had ended is a training of its own', () => {
    const before = first()
    before.follow({ epoch: 4, step: 12 })
    before.hasEnded = true
    const course = new Course(20, 8, before)
    expect(course.start).toEqual({ step: 12, before: 4, at: { epoch: 5, row: 0 } })
  })
})

describe('what was done', () => {
  const at = (step: number, hasEnded = false) => ({ step, hasEnded })

  it('holds each text, and how far it was trained', () => {
    const acts = new Acts()
    acts.begin('a')
    acts.add({ text: 'b' }, at(5))
    acts.add({ weight: 'w', index: 0, value: 1 }, at(5))
    acts.add({ text: 'c' }, at(9, true))
    expect(acts.upTo(at(12))).toEqual([
      { text: 'a' },
      { to: 5 },
      { text: 'b' },
      { weight: 'w', index: 0, value: 1 },
      { to: 'end' },
      { text: 'c' },
      { to: 12 },
    ])
  })

  it('holds a text that may have dropped what an optimizer keeps, and the end once', () => {
    const acts = new Acts()
    acts.begin('adam')
    acts.add({ text: 'sgd' }, at(20))
    acts.add({ text: 'adam' }, at(20))
    for (const value of [1, 2, 3]) acts.add({ weight: 'w', index: 0, value }, at(40, true))
    expect(acts.upTo(at(40, true))).toEqual([
      { text: 'adam' },
      { to: 20 },
      { text: 'sgd' },
      { text: 'adam' },
      { to: 'end' },
      { weight: 'w', index: 0, value: 3 },
    ])
  })

  it('leaves out what had no effect', () => {
    const acts = new Acts()
    acts.begin('a')
    acts.add({ text: 'b' }, at(0))
    acts.add({ weight: 'w', index: 0, value: 1 }, at(0))
    acts.add({ weight: 'w', index: 0, value: 2 }, at(0))
    acts.add({ weight: 'w', index: 1, value: 3 }, at(0))
    acts.reword('b // said')
    expect(acts.upTo(at(0))).toEqual([
      { text: 'b // said' },
      { weight: 'w', index: 0, value: 2 },
      { weight: 'w', index: 1, value: 3 },
    ])
  })
})
