/* How long from the import of the built library to the first completed step, and again in the same process. */
const [file, name] = process.argv.slice(2)
const began = performance.now()
const [{ loadFile }, { chooseEngine }] = await Promise.all([
  import('chainrule/node'),
  import('chainrule'),
])
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
const again = []
while (again.length < 5) again.push(await untilFirstStep(performance.now()))
console.log(JSON.stringify({ first, again }))
