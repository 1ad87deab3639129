/*
 * How long until the first step of a training is completed: in this process from the import of the built library, and
 * again from the text where trainings have run before.
 */
const [file, name] = process.argv.slice(2)
const trainings = 5
const began = performance.now()
const [{ loadFile }, { chooseEngine }] = await Promise.all([
  import('chainrule/node'),
  import('chainrule'),
])
const imported = performance.now() - began
const engine = chooseEngine(name === '' ? {} : { engine: name })

/** Milliseconds from a given moment until a training of the text has done its first step. */
async function untilFirstStep(since) {
  const controller = new AbortController()
  let took
  const onEvent = ({ type }) => {
    if (type !== 'progress') return
    took ??= performance.now() - since
    controller.abort()
  }
  const model = await loadFile(file, { engine })
  await model.fit(undefined, { signal: controller.signal, onEvent })
  return took
}

const first = await untilFirstStep(began)
const warm = []
while (warm.length < trainings) warm.push(await untilFirstStep(performance.now()))
console.log(JSON.stringify({ imported, first, warm }))
