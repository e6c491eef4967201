/* What the tests of handles share: checks that count failures, from any thread, and waiting for callbacks.
 *
 * A program includes it once. Nothing here sleeps: DEADLINE_SECONDS only ends a run that has failed. */

#ifndef LDICOMNET_TESTS_C_CHECK_H
#define LDICOMNET_TESTS_C_CHECK_H

#include <ltdic.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { DEADLINE_SECONDS = 20 };

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static unsigned failures; /* Guarded by mutex. */
static unsigned came;     /* Guarded by mutex: counts what await() waits for. */

static inline void fail(const char* what, int line) {
  fprintf(stderr, "FAILED, line %d: %s\n", line, what);
  pthread_mutex_lock(&mutex);
  ++failures;
  pthread_mutex_unlock(&mutex);
}

#define CHECK(condition)          \
  do {                            \
    if (!(condition))             \
      fail(#condition, __LINE__); \
  } while (0)

static inline void happened(void) {
  pthread_mutex_lock(&mutex);
  ++came;
  pthread_cond_signal(&changed);
  pthread_mutex_unlock(&mutex);
}

/* Waits until happened() was called `count` times, and starts counting anew. */
static inline void await(unsigned count, int line) {
  struct timespec deadline;
  int result = 0;
  clock_gettime(CLOCK_REALTIME, &deadline);
  deadline.tv_sec += DEADLINE_SECONDS;
  pthread_mutex_lock(&mutex);
  while (came < count && result == 0)
    result = pthread_cond_timedwait(&changed, &mutex, &deadline);
  if (came < count) {
    fprintf(stderr, "FAILED, line %d: %u of %u callbacks came\n", line, came, count);
    ++failures;
  }
  came = 0;
  pthread_mutex_unlock(&mutex);
}
#define AWAIT(count) await(count, __LINE__)

static inline HDICOMNET new_net(void) {
  return L_DicomCreateNet(NULL, (L_INT32)DICOM_SECURE_NONE);
}

/* The exit status of the program. */
static inline int outcome(void) {
  printf("%s\n", failures == 0 ? "ok" : "FAILED");
  return failures == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

#endif /* LDICOMNET_TESTS_C_CHECK_H */
