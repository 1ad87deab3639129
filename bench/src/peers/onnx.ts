/** onnxruntime in Node, inference alone: the whole network as one graph, sequential, all graph optimizations. */
import ort from 'onnxruntime-node'
import { rounds, serveNetworks, timedAsync } from '../serve.ts'
import { layersOf } from '../work-folder.ts'
import { onnxModel } from './onnx-model.ts'

await serveNetworks(async (workload, { weights, inputs }, { threads }) => {
  const { batch, rows, sizes, loss, hidden } = workload
  const [features = 0] = sizes
  const model = onnxModel(layersOf(workload, weights), {
    batch,
    hidden: hidden === 'relu' ? 'Relu' : 'Tanh',
    softmax: loss === 'cross-entropy',
  })
  const session = await ort.InferenceSession.create(model, {
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    executionMode: 'sequential',
    graphOptimizationLevel: 'all',
  })
  const size = batch * features
  const next = rounds(rows / batch)
  const predict = async (): Promise<Float32Array> => {
    const at = next() * size
    const x = new ort.Tensor('float32', inputs.subarray(at, at + size), [batch, features])
    const { y } = await session.run({ x })
    return y?.data as Float32Array
  }
  return {
    close: () => {
      void session.release()
    },
    first: async (count) => {
      const outputs: number[] = []
      for (let i = 0; i < count; i++) outputs.push(...(await predict()))
      return outputs
    },
    run: (seconds) =>
      timedAsync(seconds, async () => {
        await predict()
      }),
  }
})
