/* What the processor can do at most with 128-bit fused multiply-adds, one thread: the ceiling of WebAssembly's SIMD. */
#include "protocol.h"

/* Chains that do not wait for each other: more than latency times throughput, few enough for the registers. */
#define CHAINS 12
#define ROUNDS 20000

#if defined(__x86_64__)
#define REGISTER "x"
#else
#define REGISTER "w"
#endif

typedef float v4 __attribute__((vector_size(16)));

static double product_flop;
static volatile float seed = 1e-3f;

#if defined(__x86_64__)
__attribute__((target("fma")))
#endif
static double call(void) {
  v4 a = {seed, seed, seed, seed}, b = a, sum[CHAINS], total = {0};
  for (int i = 0; i < CHAINS; i++) sum[i] = a;
  for (int round = 0; round < ROUNDS; round++) {
    // Unrolled by the compiler, so that every sum stays in a register.
    for (int i = 0; i < CHAINS; i++) sum[i] = a * b + sum[i];
    __asm__ volatile("" : "+" REGISTER(a), "+" REGISTER(b));
  }
  for (int i = 0; i < CHAINS; i++) total += sum[i];
  seed = total[0] > 1e9f ? 0 : 1e-3f;
  return (double)ROUNDS * CHAINS * 8 / product_flop;
}

static struct worker open_folder(const char *folder) {
  product_flop = read_workload(folder).flop;
  return (struct worker){call, call};
}

int main(void) {
  serve(open_folder);
  return 0;
}
