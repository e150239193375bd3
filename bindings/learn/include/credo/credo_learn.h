/* Credo's learner inside a host's process: characters that learn while they
 * play.
 *
 *   credo_learner_open(&options, &world, &learner, &error);
 *   credo_learner_agent(learner, NULL, &agent, &error);
 *   credo_beliefs_create(agent, 32, 7, &beliefs, &error);
 *   credo_learner_attach(learner, agent, beliefs, &error);
 *   credo_learner_start(learner, &thread, &error);
 *   ... the loop of a game that plays ...
 *   credo_learner_destroy(learner, &error);
 *
 * The conventions of credo.h hold: status, handles, sizes, names, buffers. This
 * library stands on LibTorch; what acts does not need it.
 *
 * What acts is not held up. Records reach the learner through the tap of the
 * beliefs (credo_beliefs_set_tap), which copies them into slots that attaching
 * has taken. A record that finds no slot is counted and dropped. The learner's
 * thread hands new weights on with credo_agent_publish_memory. When it throws,
 * stalls or dies, what acts goes on with the last weights; the status tells.
 *
 * Episodes. A row that is reset (credo_beliefs_reset) before its end counts as
 * cut short there. After a belief state is loaded the row's records are learned
 * from again from the second one on. Rows may be stepped at any time, or never
 * again. What a row did that no policy drew (CREDO_EXTERNAL, CREDO_GREEDY)
 * counts as done with the probability that the record tells, or with certainty
 * when it tells none.
 *
 * Threads. A learner is for one thread at a time, but for the status, which any
 * may ask, and credo_learner_observe, which is for the thread that steps the
 * beliefs. Any number of learners may be at work in a process.
 */
#ifndef CREDO_CREDO_LEARN_H_
#define CREDO_CREDO_LEARN_H_

#include <credo/credo.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct credo_learner credo_learner;

/* --- The world that the host plays --- */

/* What it shows and takes. Of observations and actions are read: kind, name,
 * rank, shape, low and high (tiles: high is categories - 1); and continuous,
 * name, words, choices, factors, low and high (factors NULL: one of `choices`).
 * Arrays are read before the call returns. */
typedef struct credo_world {
  uint32_t size;
  int32_t mask; /* 1: each record tells which choices are legal */
  const char* name;
  double seconds_per_step; /* between two decisions */
  const credo_observation_info* observations;
  int32_t observation_count;
  /* Ground truth that probes learn to read off beliefs and agents never see:
   * told with credo_learner_observe. */
  int32_t privileged_count;
  const credo_observation_info* privileged;
  const credo_action_info* actions;
  int32_t action_count;
  int32_t reserved; /* 0 */
} credo_world;

/* --- Learners --- */

typedef struct credo_learner_options {
  uint32_t size;
  int32_t setting_count;
  const char* config; /* file, as `credo train` reads it; world: {kind: host} */
  const char* run;    /* folder: with a checkpoint in it the learner goes on */
  const char* const* settings; /* "learner.frames=1000000", over the file */
} credo_learner_options;

/* Takes all memory that learning needs but for experience. Writes the run's
 * configuration and, where there is none yet, a model file: an agent can be
 * loaded from it as from that of a run which has ended. */
CREDO_API credo_status credo_learner_open(const credo_learner_options* options,
                                          const credo_world* world,
                                          credo_learner** learner,
                                          credo_error* error);
/* Stops it first. Fails, and leaves it stopped, while one of its beliefs is
 * being stepped. */
CREDO_API credo_status credo_learner_destroy(credo_learner* learner,
                                             credo_error* error);

/* An agent with the learner's weights, the host's to destroy. */
CREDO_API credo_status credo_learner_agent(credo_learner* learner,
                                           const credo_host* host,
                                           credo_agent** agent,
                                           credo_error* error);

/* What these beliefs live through is learned from, and the agent they are of
 * takes the learner's weights, now and with each update. The agent must be of
 * the learner's world and architecture. Takes the tap of the beliefs. They are
 * let go when they end, when another tap is set, or here. */
CREDO_API credo_status credo_learner_attach(credo_learner* learner,
                                            credo_agent* agent,
                                            credo_beliefs* beliefs,
                                            credo_error* error);
CREDO_API credo_status credo_learner_detach(credo_learner* learner,
                                            credo_beliefs* beliefs,
                                            credo_error* error);

/* Something privileged of the row's next record, before its step. A record that
 * lacks some of it is not learned from. */
CREDO_API credo_status credo_learner_observe(credo_learner* learner,
                                             credo_beliefs* beliefs,
                                             int32_t row, const char* name,
                                             const void* data, size_t bytes,
                                             credo_error* error);

typedef struct credo_learner_thread {
  uint32_t size;
  int32_t threads; /* that compute one update; 0: one */
  int32_t nice;    /* 0 to 19; 19 gives way to everything else */
  /* Weights are handed on each so many updates; 0: each. */
  int32_t publish_every;
} credo_learner_thread;

/* Begins to learn, on a thread of its own. `thread` may be NULL. */
CREDO_API credo_status credo_learner_start(credo_learner* learner,
                                           const credo_learner_thread* thread,
                                           credo_error* error);
/* Returns within a second. The update under way is ended and the run saved;
 * CREDO_UNAVAILABLE when that takes longer: the thread does it by itself. */
CREDO_API credo_status credo_learner_stop(credo_learner* learner,
                                          credo_error* error);
/* Writes a checkpoint and a model file into the run's folder, by the learner's
 * thread while it is at work; waits for that at most `seconds`. */
CREDO_API credo_status credo_learner_save(credo_learner* learner,
                                          double seconds, credo_error* error);

typedef enum credo_learner_state {
  CREDO_LEARNER_IDLE = 0,     /* not started */
  CREDO_LEARNER_WAITING = 1,  /* for experience */
  CREDO_LEARNER_LEARNING = 2, /* in an update */
  CREDO_LEARNER_DONE = 3,     /* with all frames of its configuration */
  CREDO_LEARNER_STOPPED = 4,
  CREDO_LEARNER_FAILED = 5 /* `message` tells why */
} credo_learner_state;

typedef struct credo_learner_status {
  uint32_t size;
  int32_t state;  /* credo_learner_state */
  int64_t updates;
  int64_t frames; /* learned from */
  int64_t publishes;
  int64_t saves;
  int64_t skipped_updates; /* their gradient was not finite */
  int64_t records;         /* that the beliefs lived through */
  int64_t lost;            /* of them, dropped for want of a slot */
  int64_t skipped; /* of them, dropped as something of them was not known */
  int64_t episodes;        /* that were seen from their first record on */
  double return_sum;       /* of these; a return is a sum of rewards */
  double length_sum;       /* of these, in decisions */
  double frames_per_second; /* learned, since the start */
  double seconds_learning; /* of all updates since the learner was opened */
  double seconds_in_update; /* since the one under way began; 0: none is */
  char message[496];       /* of the last thing that failed, or empty */
} credo_learner_status;

CREDO_API credo_status credo_learner_get_status(const credo_learner* learner,
                                                credo_learner_status* status,
                                                credo_error* error);

#ifdef __cplusplus
}
#endif

#endif /* CREDO_CREDO_LEARN_H_ */
