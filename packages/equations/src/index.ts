/** Equations of layers. See the README for the first file to open. */

export { ElementReader, type ElementTrace, type SymbolElement } from './element.ts'
export { layerEquations, lossEquations } from './layer-equations.ts'
export { decimalLatex } from './notation.ts'
export { SymbolValues } from './symbol-values.ts'
export { type TrainingTrace, traceForEquations } from './trace-training.ts'
export type {
  Equation,
  EquationPart,
  EquationSymbol,
  Instructions,
  LayerEquations,
  SymbolExtent,
  SymbolPart,
} from './types.ts'
