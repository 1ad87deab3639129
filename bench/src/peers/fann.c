/*
 * FANN in float32. A batch of 1 is its incremental training, a larger one its batch training. Its weights lie as ours:
 * a row a unit, the bias last. It has no relu, no softmax and no adam: there sigmoid, squared loss and sgd stand in.
 */
#include "protocol.h"

#include <floatfann.h>

static struct workload w;
static struct fann *net;
static struct fann_train_data *batches;
static unsigned batch_count, next_batch;

static unsigned inputs(void) { return w.sizes[0]; }
static unsigned outputs(void) { return w.sizes[w.layers - 1]; }

static void set_weights(const char *folder) {
  size_t count = 0;
  for (unsigned l = 1; l < w.layers; l++) count += (size_t)w.sizes[l] * (w.sizes[l - 1] + 1);
  float *weights = read_numbers(folder, "weights", count), *from = weights, *to = net->weights;
  for (unsigned l = 1; l < w.layers; l++) {
    unsigned in = w.sizes[l - 1], out = w.sizes[l];
    float *bias = from + (size_t)in * out;
    for (unsigned unit = 0; unit < out; unit++) {
      memcpy(to, from + (size_t)unit * in, in * sizeof(float));
      to[in] = bias[unit];
      to += in + 1;
    }
    from = bias + out;
  }
  free(weights);
}

static void open_network(const char *folder) {
  net = fann_create_standard_array(w.layers, w.sizes);
  if (net == NULL) fail("FANN cannot make the network");
  int is_tanh = !strcmp(w.hidden, "tanh");
  fann_set_activation_function_hidden(net, is_tanh ? FANN_SIGMOID_SYMMETRIC : FANN_SIGMOID);
  fann_set_activation_function_output(net, FANN_LINEAR);
  fann_set_activation_steepness_hidden(net, 1);
  fann_set_activation_steepness_output(net, 1);
  fann_set_train_error_function(net, FANN_ERRORFUNC_LINEAR);
  fann_set_training_algorithm(net, w.batch == 1 ? FANN_TRAIN_INCREMENTAL : FANN_TRAIN_BATCH);
  // FANN follows y - f, where the gradient of mse is 2 (f - y) / outputs.
  fann_set_learning_rate(net, w.learning_rate * 2 / outputs());
  set_weights(folder);
}

static float **rows_of(float *values, unsigned width) {
  float **rows = malloc(w.rows * sizeof *rows);
  for (unsigned row = 0; row < w.rows; row++) rows[row] = values + (size_t)row * width;
  return rows;
}

static float *one_hot(const int *classes) {
  float *values = calloc((size_t)w.rows * outputs(), sizeof *values);
  for (unsigned row = 0; row < w.rows; row++) values[row * outputs() + classes[row]] = 1;
  return values;
}

static void open_data(const char *folder) {
  float **x = rows_of(read_numbers(folder, "inputs", (size_t)w.rows * inputs()), inputs());
  int is_class = !strcmp(w.loss, "cross-entropy");
  size_t targets = (size_t)w.rows * (is_class ? 1 : outputs());
  void *given = read_numbers(folder, "targets", targets);
  float **y = rows_of(is_class ? one_hot(given) : given, outputs());
  batch_count = w.rows / w.batch;
  batches = calloc(batch_count, sizeof *batches);
  for (unsigned i = 0; i < batch_count; i++) {
    batches[i].num_data = w.batch;
    batches[i].num_input = inputs();
    batches[i].num_output = outputs();
    batches[i].input = x + i * w.batch;
    batches[i].output = y + i * w.batch;
  }
}

static struct fann_train_data *take_batch(void) {
  struct fann_train_data *batch = &batches[next_batch];
  next_batch = (next_batch + 1) % batch_count;
  return batch;
}

static double train(void) {
  struct fann_train_data *batch = take_batch();
  if (w.batch == 1) fann_train(net, batch->input[0], batch->output[0]);
  else fann_train_epoch(net, batch);
  return 1;
}

static double loss(void) {
  fann_reset_MSE(net);
  train();
  return fann_get_MSE(net);
}

static double predict(void) {
  struct fann_train_data *batch = take_batch();
  for (unsigned row = 0; row < w.batch; row++) fann_run(net, batch->input[row]);
  return 1;
}

/* What was open before stays in memory: a run opens few folders. */
static struct worker open_folder(const char *folder) {
  w = read_workload(folder);
  next_batch = 0;
  open_network(folder);
  open_data(folder);
  struct worker trainer = {loss, train}, predictor = {predict, predict};
  return strcmp(w.kind, "training") ? predictor : trainer;
}

int main(void) {
  serve(open_folder);
  return 0;
}
