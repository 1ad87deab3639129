/** What the host's WebAssembly has beyond fixed-width SIMD. */
import type { Features } from './assembler/function.ts'
import { ModuleWriter } from './assembler/module.ts'
import { wasm } from './webassembly.ts'

const memory = { minimum: 1, maximum: 1, shared: false }

function valid(features: Features, shared: boolean): boolean {
  const module = new ModuleWriter(features)
  module.define({ parameters: [], results: [] }, (f) => {
    f.f32x4(1).f32x4(2).f32x4(3).madd32().op('drop')
  })
  return wasm.validate(module.toBytes({ ...memory, shared }))
}

/** Whether modules with SIMD run here at all. */
export function hasSimd(): boolean {
  return valid({ relaxed: false }, false)
}

/** Whether the host has relaxed SIMD, whose fused multiply-add is twice as fast. */
export function hasRelaxedSimd(): boolean {
  return valid({ relaxed: true }, false)
}
