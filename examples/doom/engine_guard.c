/* Starts ViZDoom's engine and sees to it that nothing of it outlives the host.
 *
 * The engine is a process of its own that shares memory with the host. A host
 * that is killed cannot end it; so this stands between the two: when the host
 * ends, the engine is killed and its shared memory removed. The folder that the
 * engine makes where it is started is made elsewhere, and removed as well.
 *
 *   DOOM_ENGINE=/path/to/vizdoom doom_guard ARGUMENTS... */
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

/* What ViZDoom names its memory and its two queues after. */
static const char* InstanceOf(int argc, char** argv) {
  for (int i = 1; i + 1 < argc; ++i) {
    if (strcmp(argv[i], "+viz_instance_id") == 0) return argv[i + 1];
  }
  return NULL;
}

static void RemoveSharedMemory(const char* instance) {
  static const char* const kinds[] = {"ViZDoomSM", "ViZDoomMQCtr",
                                      "ViZDoomMQDoom"};
  char name[256];
  if (instance == NULL) return;
  for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); ++i) {
    snprintf(name, sizeof(name), "/%s%s", kinds[i], instance);
    shm_unlink(name);
  }
}

/* Where the engine is started, and what it leaves there. */
static char folder[] = "/tmp/doom_engine_XXXXXX";

static void RemoveFolder(void) {
  if (rmdir("_vizdoom") != 0 && errno != ENOENT) return;
  if (chdir("/") == 0) rmdir(folder);
}

int main(int argc, char** argv) {
  const char* const engine = getenv("DOOM_ENGINE");
  if (engine == NULL) {
    fprintf(stderr, "doom_guard: DOOM_ENGINE is not set\n");
    return 2;
  }
  if (mkdtemp(folder) == NULL || chdir(folder) != 0) {
    perror("doom_guard: a folder in /tmp");
    return 1;
  }
  atexit(RemoveFolder);
  /* The signal of the host's end is taken in order, not by a handler. */
  sigset_t watched;
  sigemptyset(&watched);
  sigaddset(&watched, SIGTERM);
  sigaddset(&watched, SIGCHLD);
  sigprocmask(SIG_BLOCK, &watched, NULL);
  const pid_t host = getppid();
  prctl(PR_SET_PDEATHSIG, SIGTERM);
  if (getppid() != host) return 0; /* it ended before it could be watched */

  const pid_t child = fork();
  if (child < 0) {
    perror("doom_guard: fork");
    return 1;
  }
  if (child == 0) {
    sigprocmask(SIG_UNBLOCK, &watched, NULL);
    /* Should this guard be killed itself. */
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    argv[0] = (char*)engine;
    execv(engine, argv);
    fprintf(stderr, "doom_guard: %s: %s\n", engine, strerror(errno));
    _exit(127);
  }
  for (;;) {
    int status = 0;
    const int signal = sigwaitinfo(&watched, NULL);
    if (signal == SIGCHLD && waitpid(child, &status, WNOHANG) == child) {
      return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
    }
    if (signal != SIGTERM) continue;
    kill(child, SIGKILL);
    waitpid(child, &status, 0);
    if (getppid() != host) RemoveSharedMemory(InstanceOf(argc, argv));
    return 1;
  }
}
