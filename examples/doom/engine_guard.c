/* Sees to it that nothing of ViZDoom outlives the host.
 *
 * The engine is a process of its own that shares memory with the host. A host
 * that is killed cannot end it; so this stands between the two: when the host
 * ends, the engine is killed, and memory that nobody uses any more is removed.
 * The folder that the engine makes where it is started is made elsewhere, and
 * removed as well.
 *
 *   DOOM_HOST=4711 DOOM_ENGINE=/path/to/vizdoom doom_guard ARGUMENTS...
 *   DOOM_HOST=4711 doom_guard    before the first engine: it removes memory of
 *                                games whose engines were not started yet */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

/* Whether a process has the shared memory `name` in its address space. */
static int IsUsed(const char* name) {
  int used = 0;
  DIR* const all = opendir("/proc");
  if (all == NULL) return 1;
  for (struct dirent* it; !used && (it = readdir(all)) != NULL;) {
    char path[300], line[4096];
    if (it->d_name[0] < '0' || it->d_name[0] > '9') continue;
    snprintf(path, sizeof(path), "/proc/%s/maps", it->d_name);
    FILE* const maps = fopen(path, "re");
    if (maps == NULL) continue;
    while (!used && fgets(line, sizeof(line), maps) != NULL) {
      used = strstr(line, name) != NULL;
    }
    fclose(maps);
  }
  closedir(all);
  return used;
}

/* One of its threads has ended; the others may take a moment, and hold on to
 * their memory until then. */
static void AwaitEnd(const char* host) {
  char path[64];
  snprintf(path, sizeof(path), "/proc/%s/maps", host);
  for (int i = 0; i < 100; ++i) {
    FILE* const maps = fopen(path, "re");
    const int gone = maps == NULL || fgetc(maps) == EOF;
    if (maps != NULL) fclose(maps);
    if (gone) return;
    usleep(50000);
  }
}

static void RemoveUnusedMemory(void) {
  DIR* const all = opendir("/dev/shm");
  if (all == NULL) return;
  for (struct dirent* it; (it = readdir(all)) != NULL;) {
    char name[300];
    if (strncmp(it->d_name, "ViZDoom", 7) != 0) continue;
    snprintf(name, sizeof(name), "/%s", it->d_name);
    if (!IsUsed(name)) shm_unlink(name);
  }
  closedir(all);
}

/* Where the engine is started, and what it leaves there. */
static char folder[] = "/tmp/doom_engine_XXXXXX";

static void RemoveFolder(void) {
  if (rmdir("_vizdoom") != 0 && errno != ENOENT) return;
  if (chdir("/") == 0) rmdir(folder);
}

static pid_t StartEngine(char** argv, const sigset_t* watched) {
  const char* const engine = getenv("DOOM_ENGINE");
  if (engine == NULL) {
    fprintf(stderr, "doom_guard: DOOM_ENGINE is not set\n");
    exit(2);
  }
  if (mkdtemp(folder) == NULL || chdir(folder) != 0) {
    perror("doom_guard: a folder in /tmp");
    exit(1);
  }
  atexit(RemoveFolder);
  const pid_t child = fork();
  if (child != 0) return child;
  sigprocmask(SIG_UNBLOCK, watched, NULL);
  prctl(PR_SET_PDEATHSIG, SIGKILL); /* should this guard be killed itself */
  argv[0] = (char*)engine;
  execv(engine, argv);
  fprintf(stderr, "doom_guard: %s: %s\n", engine, strerror(errno));
  _exit(127);
}

int main(int argc, char** argv) {
  const char* const host = getenv("DOOM_HOST");
  pid_t engine = 0;
  /* The signal of the host's end is taken in order, not by a handler. */
  sigset_t watched;
  sigemptyset(&watched);
  sigaddset(&watched, SIGTERM);
  sigaddset(&watched, SIGCHLD);
  sigprocmask(SIG_BLOCK, &watched, NULL);
  prctl(PR_SET_PDEATHSIG, SIGTERM);
  const int alive = host != NULL && getppid() == atoi(host);
  if (alive && argc > 1) engine = StartEngine(argv, &watched);
  if (engine < 0) {
    perror("doom_guard: fork");
    return 1;
  }
  int status = 0;
  for (int signal = alive ? 0 : SIGTERM; signal != SIGTERM;) {
    signal = sigwaitinfo(&watched, NULL);
    if (signal == SIGCHLD && waitpid(engine, &status, WNOHANG) == engine) {
      return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
    }
  }
  if (engine > 0) {
    kill(engine, SIGKILL);
    waitpid(engine, &status, 0);
  }
  if (host != NULL) AwaitEnd(host);
  RemoveUnusedMemory();
  return 1;
}
