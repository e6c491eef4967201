/* What a requestor measures: how long each operation took. Printed as one line of JSON, which benches/harness.py reads.
 */

#ifndef LDICOMNET_BENCHES_BARE_TIMES_H
#define LDICOMNET_BENCHES_BARE_TIMES_H

#include <time.h>

#include "wire.h"

struct times {
  float* took; /* Seconds, of each. */
  long count, room, failed;
  uint64_t bytes; /* Of objects; 0 where there are none. */
  double began, ends;
};

static inline double seconds_now(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

/* Of `room` operations at most, over `seconds` at most; 0 seconds are no bound. */
static inline struct times begin_times(long room, double seconds) {
  struct times times = {calloc((size_t)room, sizeof(float)), 0, room, 0, 0, seconds_now(), 0};
  if (times.took == NULL)
    give_up("memory");
  times.ends = seconds > 0 ? times.began + seconds : 0;
  return times;
}

static inline int is_over(const struct times* times, double now) {
  return times->count + times->failed >= times->room || (times->ends > 0 && now >= times->ends);
}

static inline int compare(const void* left, const void* right) {
  float a = *(const float*)left, b = *(const float*)right;
  return (a > b) - (a < b);
}

/* Prints what was measured; gives the program's status. */
static inline int report(struct times* times) {
  double seconds = seconds_now() - times->began;
  qsort(times->took, (size_t)times->count, sizeof(float), compare);
  double p50 = 0, p99 = 0, slowest = 0;
  if (times->count > 0) {
    p50 = times->took[times->count / 2];
    p99 = times->took[times->count - 1 - times->count / 100];
    slowest = times->took[times->count - 1];
  }
  printf(
      "{\"count\": %ld, \"failed\": %ld, \"bytes\": %llu, \"seconds\": %.6f, \"rate\": %.1f, \"p50_us\": %.1f, "
      "\"p99_us\": %.1f, \"slowest_us\": %.1f}\n",
      times->count, times->failed, (unsigned long long)times->bytes, seconds, (double)times->count / seconds, p50 * 1e6,
      p99 * 1e6, slowest * 1e6);
  free(times->took);
  return times->failed == 0 ? 0 : 1;
}

#endif
