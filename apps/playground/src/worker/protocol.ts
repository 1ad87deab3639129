/**
 * What the page and its workers say to each other. Everything is plain data. There are two workers of one script: one reads texts
 * (`check`), so that the editor is answered while the other trains.
 */
import type { AnyDiagnostic } from 'chainrule/workbench'
import type { EditorMessage, EditorRequest } from './editor-protocol.ts'
import type { Explained, Health } from './inspect-protocol.ts'
import type {
  Change,
  DescribedFile,
  Preview,
  Said,
  Samples,
  SavedView,
  Settings,
} from './text-protocol.ts'

/** Files that a text may read, by the name that it gives them: their bytes, or where the site has them. */
export type Files = Readonly<Record<string, Uint8Array | string>>

/** From the page. `id` comes back with what it leads to. */
export type Request =
  | EditorRequest
  | { readonly type: 'check'; readonly id: number; readonly text: string; readonly files: Files }
  | {
      readonly type: 'load'
      readonly id: number
      readonly text: string
      readonly files: Files
      /** Whether weights are kept where the network and its data are the same as before. */
      readonly keep: boolean
    }
  | { readonly type: 'play'; readonly stepsPerSecond: number | undefined }
  | { readonly type: 'pause' }
  | { readonly type: 'step' }
  | { readonly type: 'reset' }
  | {
      readonly type: 'set-weight'
      readonly name: string
      readonly index: number
      readonly value: number
    }
  /** One element of a parameter as it stands. */
  | {
      readonly type: 'read-weight'
      readonly id: number
      readonly name: string
      readonly index: number
    }
  /** `rows`: of the encoded data; the next batch of the training where left out. */
  | { readonly type: 'inspect'; readonly id: number; readonly rows?: readonly number[] }
  /** A layer's values and, where `equations`, its equations, for these rows or the next batch. */
  | {
      readonly type: 'explain'
      readonly id: number
      readonly node: string
      readonly rows?: readonly number[]
      readonly equations: boolean
    }
  /** How every layer does on the next batch. */
  | { readonly type: 'health'; readonly id: number }
  | { readonly type: 'save'; readonly id: number }
  /** What led to the weights as they stand. */
  | { readonly type: 'recall'; readonly id: number }
  /** Runs to this update, or to the training's end, as fast as it goes, and then stands still; refused where it was stopped. */
  | { readonly type: 'advance'; readonly id: number; readonly to: number | 'end' }
  /** Takes the weights of a saved model of the network that is loaded. */
  | { readonly type: 'restore'; readonly id: number; readonly bytes: Uint8Array }
  /** The text that a saved model was trained from. */
  | { readonly type: 'read-model'; readonly id: number; readonly bytes: Uint8Array }
  /** What a saved model says of itself, without its text. */
  | { readonly type: 'show-model'; readonly id: number; readonly bytes: Uint8Array }
  /** What a saved model says of a row, given as it was typed. */
  | {
      readonly type: 'ask-model'
      readonly id: number
      readonly bytes: Uint8Array
      readonly row: Readonly<Record<string, string>>
    }
  /** The text with something changed. */
  | {
      readonly type: 'change'
      readonly id: number
      readonly text: string
      readonly files: Files
      readonly change: Change
    }
  /** `target`: the column to predict; guessed where left out. */
  | {
      readonly type: 'describe'
      readonly id: number
      readonly name: string
      readonly bytes: Uint8Array
      readonly target?: string
    }
  | { readonly type: 'preview'; readonly id: number }
  | { readonly type: 'samples'; readonly id: number; readonly count: number }
  /** An image of the size that the model takes, a byte a pixel. */
  | { readonly type: 'predict-image'; readonly id: number; readonly pixels: Uint8Array }
  /** For whoever wants to know whether the worker is still there. */
  | { readonly type: 'ping'; readonly id: number }
  /** The page has drawn the last frame and takes another. */
  | { readonly type: 'drawn' }

/** From a worker. */
export type Message =
  | EditorMessage
  | { readonly type: 'ready'; readonly threads: number }
  | { readonly type: 'checked'; readonly id: number; readonly checked: Checked }
  | { readonly type: 'loaded'; readonly id: number; readonly loaded: Loaded }
  | { readonly type: 'refused'; readonly id: number; readonly message: string }
  | { readonly type: 'frame'; readonly frame: Frame }
  | { readonly type: 'epochs'; readonly epochs: readonly Epoch[] }
  | {
      readonly type: 'ended'
      readonly reason: 'finished' | 'non-finite' | 'patience'
      readonly message: string
    }
  /** Without `value` there is no such element. */
  | { readonly type: 'weight-read'; readonly id: number; readonly value: number | undefined }
  | { readonly type: 'inspected'; readonly id: number; readonly inspection: Inspection }
  /** Without `explained` there is no such layer, or no training; `why` where it could not be done. */
  | {
      readonly type: 'explained'
      readonly id: number
      readonly explained: Explained | undefined
      readonly why?: string
    }
  | { readonly type: 'examined'; readonly id: number; readonly health: Health | undefined }
  | { readonly type: 'saved'; readonly id: number; readonly bytes: Uint8Array }
  | { readonly type: 'done'; readonly id: number }
  | { readonly type: 'recalled'; readonly id: number; readonly acts: readonly Act[] }
  | { readonly type: 'model-read'; readonly id: number; readonly text: string }
  | { readonly type: 'model-shown'; readonly id: number; readonly view: SavedView }
  | { readonly type: 'changed'; readonly id: number; readonly text: string }
  | { readonly type: 'described'; readonly id: number; readonly described: DescribedFile }
  | { readonly type: 'previews'; readonly id: number; readonly previews: readonly Preview[] }
  | { readonly type: 'sampled'; readonly id: number; readonly samples: Samples | undefined }
  | { readonly type: 'said'; readonly id: number; readonly said: readonly Said[] }
  | { readonly type: 'pong'; readonly id: number }
  | {
      readonly type: 'failed'
      readonly id?: number
      readonly code: string
      readonly message: string
      readonly help?: string
    }

/** One thing that was done with the weights. Whoever does all of them, in their order, has the same bits. */
export type Act =
  /** This text is loaded; weights are kept where it is not the first. */
  | { readonly text: string }
  /** Trained to this update, counted from the first text on, or to the training's end. */
  | { readonly to: number | 'end' }
  /** A number of a parameter is set. */
  | { readonly weight: string; readonly index: number; readonly value: number }
  /** The weights of this saved model are taken. */
  | { readonly model: Uint8Array }

/** What the editor shows of a text. */
export interface Checked {
  readonly diagnostics: readonly AnyDiagnostic[]
  /** Missing where there are errors. */
  readonly network: NetworkView | undefined
  /** What the controls show; missing where there are errors. */
  readonly settings: Settings | undefined
}

/** The layer graph as it was resolved. */
export interface NetworkView {
  readonly inputs: readonly {
    readonly name: string
    readonly shape: readonly number[]
    readonly features: readonly string[]
  }[]
  readonly nodes: readonly NodeView[]
  readonly heads: readonly HeadView[]
  readonly parameters: number
}

export interface NodeView {
  readonly name: string
  readonly layer: string
  /** Whose parameters it computes with. */
  readonly instance: string
  readonly activation: string | undefined
  /** Names of nodes, or `@` and the name of an input. */
  readonly from: readonly string[]
  /** Of one row, without B. */
  readonly shape: readonly number[]
  readonly parameters: readonly { readonly name: string; readonly shape: readonly number[] }[]
  /** Its place in the text. */
  readonly span: { readonly start: number; readonly end: number } | undefined
}

export interface HeadView {
  readonly name: string
  readonly from: string
  readonly loss: string | undefined
  readonly kind: 'number' | 'class' | 'binary'
  readonly classes: readonly string[]
  readonly target: string
}

/** A model that is ready to be trained. */
export interface Loaded {
  readonly network: NetworkView
  readonly rows: { readonly train: number; readonly validation: number; readonly test: number }
  readonly batch: number
  readonly stepsPerEpoch: number
  /** Bytes that the engine holds. */
  readonly bytes: number
  /** That it is trained with. */
  readonly threads: number
  /** Whether weights were kept. */
  readonly kept: boolean
  /** For data of two numbers a row. */
  readonly plane: Plane | undefined
  /** The size of the images, where the data are images. */
  readonly image: { readonly width: number; readonly height: number } | undefined
  readonly metrics: readonly string[]
}

/** Data in the plane: points in the units of the data. */
export interface Plane {
  readonly names: readonly [string, string]
  readonly x: Float32Array
  readonly y: Float32Array
  /** A class's index, or a number. */
  readonly target: Float32Array
  /** 0 to train on, 1 to validate, 2 to test. */
  readonly part: Uint8Array
  readonly window: { readonly x: readonly [number, number]; readonly y: readonly [number, number] }
  /** The surface has so many points a side. */
  readonly grid: number
}

/** How the model stands. */
export interface Frame {
  readonly epoch: number
  /** As many as the text asks for. */
  readonly epochs: number
  /** Epochs of trainings that had ended, from whose weights this one began. */
  readonly before: number
  readonly step: number
  /** Milliseconds that one update takes; missing before the first. */
  readonly updateTime: number | undefined
  readonly loss: number | undefined
  /** Updates in a second; missing while it stands still. */
  readonly rate: number | undefined
  /** Of a network small enough to be drawn neuron by neuron: every parameter by name. */
  readonly weights: Readonly<Record<string, Float32Array>> | undefined
  /** The prediction at each point of the grid, row by row from the top: the first head's numbers or probabilities. */
  readonly surface: { readonly width: number; readonly values: Float32Array } | undefined
  /** What each neuron gives there, by node: [grid · grid, units]. */
  readonly neurons:
    | Readonly<Record<string, { readonly width: number; readonly values: Float32Array }>>
    | undefined
}

export interface Epoch {
  readonly epoch: number
  readonly step: number
  readonly train: Readonly<Record<string, number>>
  readonly validation: Readonly<Record<string, number>> | undefined
  /** A table of the validation part by name, such as `confusion`. */
  readonly tables: Readonly<
    Record<
      string,
      { readonly labels: readonly string[]; readonly rows: readonly (readonly number[])[] }
    >
  >
}

/** Everything of one batch: `node/h`, `node/g`, `node/dh`, `node/dg`, and gradients and updates of parameters. */
export interface Inspection {
  readonly rows: readonly number[]
  readonly tensors: Readonly<
    Record<string, { readonly shape: readonly number[]; readonly values: Float32Array }>
  >
  readonly parameters: Readonly<
    Record<string, { readonly shape: readonly number[]; readonly values: Float32Array }>
  >
}
