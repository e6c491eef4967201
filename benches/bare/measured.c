/* Runs a program to its end and says what that took: processor time and peak memory, of the program itself and no
 * other.
 *
 *   measured REPORT PROGRAM [ARGUMENT...]
 *
 * REPORT is a file, into which one line of JSON is written. A process begins with the peak of the one it came from:
 * from a program as small as this one, that is no more than any program has. Ends with the program's status. */

#define _GNU_SOURCE

#include <signal.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

static double seconds(struct timeval time) {
  return (double)time.tv_sec + (double)time.tv_usec * 1e-6;
}

int main(int argc, char** argv) {
  if (argc < 3) {
    fprintf(stderr, "usage: %s REPORT PROGRAM [ARGUMENT...]\n", argv[0]);
    return 2;
  }
  pid_t program = fork();
  if (program == 0) {
    /* Whoever gives up waiting ends this process; the program ends with it. */
    (void)prctl(PR_SET_PDEATHSIG, SIGTERM);
    execvp(argv[2], argv + 2);
    perror(argv[2]);
    _exit(127);
  }
  int status = 0;
  struct rusage used;
  if (program < 0 || wait4(program, &status, 0, &used) != program) {
    perror("cannot run it");
    return 2;
  }
  FILE* report = fopen(argv[1], "w");
  if (report == NULL ||
      fprintf(report, "{\"processor_seconds\": %.6f, \"peak_kib\": %ld}\n",
              seconds(used.ru_utime) + seconds(used.ru_stime), used.ru_maxrss) < 0 ||
      fclose(report) != 0) {
    perror(argv[1]);
    return 2;
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}
