/** Texts to begin with. */
export interface Example {
  readonly name: string
  readonly text: string
}

const spiral = `// Two arms wound round each other. Change anything: it learns again.
data synthetic spiral(points=400, noise=0.1, seed=3) {
  split train=70% validate=30%
}

dense 16 tanh -> dense 8 tanh -> dense 2

optimizer adam lr=0.01
train epochs=600 batch=32
metrics [accuracy, confusion]
seed 7
`

export const examples: readonly Example[] = [
  { name: 'Spiral', text: spiral },
  {
    name: 'Circle',
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

export const firstText = spiral
