/* The C side of the protocol of serve.ts: commands on standard input, answers as JSON on descriptor 3. */
#ifndef CHAINRULE_BENCH_PROTOCOL_H
#define CHAINRULE_BENCH_PROTOCOL_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#define MAX_LAYERS 256

#ifdef __APPLE__
#define RSS_UNIT 1
#else
#define RSS_UNIT 1024
#endif

/* The fields of workload.txt that a peer in C uses. */
struct workload {
  char kind[16], hidden[16], loss[24];
  unsigned layers, sizes[MAX_LAYERS];
  unsigned batch, rows;
  double learning_rate, flop;
};

/* What a peer does with its work: the losses of the first steps; one call, which says how many calls of the workload it was. */
struct worker {
  double (*first)(void);
  double (*call)(void);
};

static FILE *answers;

static void fail(const char *why) {
  fprintf(answers, "{\"error\": \"%s\"}\n", why);
  fflush(answers);
  exit(1);
}

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec + t.tv_nsec * 1e-9;
}

static FILE *open_file(const char *folder, const char *name) {
  char path[4096];
  snprintf(path, sizeof path, "%s/%s", folder, name);
  FILE *file = fopen(path, "rb");
  if (file == NULL) fail("a file of the work folder cannot be opened");
  return file;
}

__attribute__((unused)) static void *read_numbers(const char *folder, const char *name, size_t count) {
  void *values = malloc(count * 4);
  FILE *file = open_file(folder, name);
  if (fread(values, 4, count, file) != count) fail("a file of the work folder is too short");
  fclose(file);
  return values;
}

static struct workload read_workload(const char *folder) {
  struct workload w = {0};
  char key[64], rest[4096];
  FILE *file = open_file(folder, "workload.txt");
  while (fscanf(file, "%63s %4095[^\n]", key, rest) == 2) {
    if (!strcmp(key, "kind")) sscanf(rest, "%15s", w.kind);
    if (!strcmp(key, "hidden")) sscanf(rest, "%15s", w.hidden);
    if (!strcmp(key, "loss")) sscanf(rest, "%23s", w.loss);
    if (!strcmp(key, "batch")) w.batch = atoi(rest);
    if (!strcmp(key, "rows")) w.rows = atoi(rest);
    if (!strcmp(key, "flop")) w.flop = atof(rest);
    if (!strcmp(key, "learningRate")) w.learning_rate = atof(rest);
    if (strcmp(key, "sizes")) continue;
    char *at = rest;
    w.layers = strtoul(at, &at, 10);
    if (w.layers > MAX_LAYERS) fail("too many layers");
    for (unsigned i = 0; i < w.layers; i++) w.sizes[i] = strtoul(at, &at, 10);
  }
  fclose(file);
  return w;
}

static void run(struct worker worker, double seconds) {
  double began = now(), passed = 0, calls = 0;
  do {
    // A call can be shorter than a look at the clock.
    for (int i = 0; i < 16; i++) calls += worker.call();
    passed = now() - began;
  } while (passed < seconds);
  fprintf(answers, "{\"calls\": %.17g, \"seconds\": %.9f}\n", calls, passed);
}

/* Obeys until the input ends. */
static void serve(struct worker (*open_folder)(const char *folder)) {
  char line[4200];
  struct worker worker = {0};
  answers = fdopen(3, "w");
  while (fgets(line, sizeof line, stdin) != NULL) {
    line[strcspn(line, "\n")] = 0;
    char *argument = strchr(line, ' ');
    argument = argument == NULL ? "" : argument + 1;
    if (!strncmp(line, "open ", 5)) {
      worker = open_folder(argument);
      fprintf(answers, "{\"ready\": true}\n");
    } else if (!strcmp(line, "memory")) {
      struct rusage usage;
      getrusage(RUSAGE_SELF, &usage);
      fprintf(answers, "{\"peak\": %ld}\n", usage.ru_maxrss * RSS_UNIT);
    } else if (!strncmp(line, "run ", 4)) {
      run(worker, atof(argument));
    } else {
      for (int i = 0; i < atoi(argument); i++)
        fprintf(answers, "%c%.9g", i == 0 ? '[' : ',', worker.first());
      fprintf(answers, "]\n");
    }
    fflush(answers);
  }
}

#endif
