/* Credo's runtime: agents that act, believe and imagine inside a host.
 *
 * Conventions, stated once.
 *
 * Status. Every call that can fail returns a credo_status and takes a
 *   `credo_error*` last, which may be NULL: on failure it receives the same
 *   status and a message that names the place, what was expected and what was
 *   found. On success it is left alone. After a failed call everything is as it
 *   was before. Nothing here prints, ends the process, throws across this
 *   interface, starts a thread, handles signals or changes the locale or the
 *   floating-point mode.
 * Handles. Opaque. What credo_X_create or credo_X_load made, credo_X_destroy
 *   ends; NULL is fine there. Beliefs must end before their agent: an agent
 *   that still has some is not destroyed.
 * Sizes in structs. The caller sets `size` to sizeof the struct, so that later
 *   versions can append fields. CREDO_INIT(type) does it.
 * Rows. Beliefs hold `count` characters, called rows, 0 .. count - 1.
 * Names. Observations, action fields and probes are named as in the world's
 *   spec, tasks (losses that the agent learned with) by number and kind, as
 *   "auxiliary.0.simcore"; texts are UTF-8 and end with a zero byte.
 * Buffers. Numbers are little-endian, rows of arrays without gaps. A buffer's
 *   length is always passed and must be exactly what is needed. A buffer that
 *   is read is copied before the call returns. Buffers of one call must not
 *   overlap.
 * Memory. Weights, states and scratch are taken from the host's allocator when
 *   a handle is made or weights are published; names and other small things
 *   from the C++ heap, which loading also uses while it runs. After that,
 *   credo_step and the calls between two steps take no memory, no lock and make
 *   no system call, unless they fail: a message is made on the C++ heap.
 * Threads. An agent may be used by any number of threads. One beliefs handle is
 *   for one thread at a time: a call that meets another one under way fails
 *   with CREDO_FAILED_PRECONDITION. Different beliefs of one agent are
 *   independent. Publishing may go on beside all of it.
 * Time. One credo_step is one decision. The cycle of a row:
 *     credo_beliefs_observe (every observation), credo_beliefs_reward,
 *     credo_beliefs_end (when the record is its episode's last), credo_step,
 *     then reading. An episode opens by itself: with a row's first record, and
 *     with the first one after its last.
 */
#ifndef CREDO_CREDO_H_
#define CREDO_CREDO_H_

#include <stddef.h>
#include <stdint.h>

#if defined(_WIN32)
#if defined(CREDO_BUILD)
#define CREDO_API __declspec(dllexport)
#else
#define CREDO_API
#endif
#else
#define CREDO_API __attribute__((visibility("default")))
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* A program runs with every library of the same major version that is not older
 * than the header it was compiled with. */
#define CREDO_VERSION_MAJOR 1
#define CREDO_VERSION_MINOR 0
/* major * 1000 + minor of the library that is loaded. */
CREDO_API int32_t credo_version(void);

/* --- Status --- */

typedef enum credo_status {
  CREDO_OK = 0,
  CREDO_INVALID_ARGUMENT = 1,    /* wrong input: size, name, range, file */
  CREDO_NOT_FOUND = 2,           /* a file or a name that does not exist */
  CREDO_FAILED_PRECONDITION = 3, /* right input at the wrong time */
  CREDO_DATA_LOSS = 4,           /* a file or state that is damaged */
  CREDO_UNAVAILABLE = 5,         /* the system refused: no memory, no access */
  CREDO_INTERNAL = 6             /* a mistake of this library */
} credo_status;

typedef struct credo_error {
  uint32_t size;      /* CREDO_INIT sets it; a smaller one receives less */
  int32_t status;     /* credo_status */
  char message[1016]; /* cut where it is longer */
} credo_error;

/* "InvalidArgument"; "Unknown" for a number that is none of the above. */
CREDO_API const char* credo_status_name(int32_t status);

/* A struct of zeros with its size filled in, to begin with:
 *   credo_error error = CREDO_INIT(credo_error); */
#ifdef __cplusplus
#define CREDO_INIT(type)                        \
  [] {                                          \
    type it = {};                               \
    it.size = static_cast<uint32_t>(sizeof it); \
    return it;                                  \
  }()
#else
#define CREDO_INIT(type) {.size = (uint32_t)sizeof(type)}
#endif

/* --- The host --- */

/* Where memory comes from and where remarks go; NULL functions mean the C++
 * heap and nowhere. `allocate` returns NULL when there is none; `alignment` is
 * a power of two. Memory is taken and released by whatever thread makes, ends
 * or publishes; `log` is called by the thread of a step. All must live as long
 * as the agent; none may throw. */
typedef struct credo_host {
  uint32_t size;
  uint32_t reserved; /* 0 */
  void* (*allocate)(void* user, size_t bytes, size_t alignment);
  void (*release)(void* user, void* block);
  void* allocator_user;
  void (*log)(void* user, const char* message);
  void* log_user;
} credo_host;

/* --- Agents --- */

typedef struct credo_agent credo_agent;

/* From a model file (model.safetensors of a run) or its bytes. Paths are UTF-8
 * on Windows, else bytes of the system's own. `host` may be NULL. The file's
 * hashes are verified, and that this build computes for its golden records what
 * the trainer did. */
CREDO_API credo_status credo_agent_load_file(const char* path,
                                             const credo_host* host,
                                             credo_agent** agent,
                                             credo_error* error);
CREDO_API credo_status credo_agent_load_memory(const void* bytes, size_t size,
                                               const credo_host* host,
                                               credo_agent** agent,
                                               credo_error* error);
/* Fails with CREDO_FAILED_PRECONDITION while beliefs of it live. */
CREDO_API credo_status credo_agent_destroy(credo_agent* agent,
                                           credo_error* error);

/* New weights of the same world and architecture: from the next step on they
 * act, probe and imagine at once; every belief state goes on. Takes the time of
 * a load, on this thread; steps do not wait. */
CREDO_API credo_status credo_agent_publish_file(credo_agent* agent,
                                                const char* path,
                                                credo_error* error);
CREDO_API credo_status credo_agent_publish_memory(credo_agent* agent,
                                                  const void* bytes,
                                                  size_t size,
                                                  credo_error* error);

typedef enum credo_kind {
  CREDO_PICTURE = 0, /* u8 [height, width, channels], 0 .. 255 */
  CREDO_TILES = 1,   /* u8, categories 0 .. high */
  CREDO_VECTOR = 2   /* f32 within [low, high] */
} credo_kind;

/* An observation that the agent needs, a probe's target or an imagined frame.
 * Texts live as long as the agent. */
typedef struct credo_observation_info {
  uint32_t size;
  int32_t kind; /* credo_kind */
  const char* name;
  int32_t rank;
  int32_t shape[8];
  double low, high;
  int64_t bytes;   /* of the observation as it is handed in */
  int64_t numbers; /* of the probe's output or of one imagined frame */
} credo_observation_info;

typedef struct credo_action_info {
  uint32_t size;
  int32_t continuous; /* 0: discrete, one index per factor */
  const char* name;
  int32_t words;      /* factors or dimensions */
  int32_t choices;    /* sum over factors; 0 when continuous */
  double low, high;   /* of a continuous field */
  const int64_t* factors; /* [words], choices of each factor; NULL when
                           * continuous. check_spec does not compare NULL. */
} credo_action_info;

typedef struct credo_agent_info {
  uint32_t size;
  int32_t observations;      /* that the agent needs */
  int32_t actions;           /* fields */
  int32_t probes;
  int32_t tasks;             /* losses that the agent learned with */
  int32_t imagined;          /* observations that the first task which imagines
                                does; 0: none imagines */
  int32_t mask;              /* bytes of a mask of legal choices; 0: none */
  int64_t belief;            /* numbers of a belief */
  int64_t state_bytes;       /* of a saved belief state */
  int64_t action_words;      /* of all fields */
  double seconds_per_step;   /* that the agent learned with */
  int64_t frames;            /* that the weights in force learned from */
  int64_t publishes;         /* since the agent was loaded */
  const char* world;         /* the name of the world it learned in */
  const char* kernels;       /* "avx512", "avx2", "baseline", "neon" */
} credo_agent_info;

CREDO_API credo_status credo_agent_get_info(const credo_agent* agent,
                                            credo_agent_info* info,
                                            credo_error* error);
CREDO_API credo_status credo_agent_get_observation(
    const credo_agent* agent, int32_t index, credo_observation_info* info,
    credo_error* error);
CREDO_API credo_status credo_agent_get_action(const credo_agent* agent,
                                              int32_t index,
                                              credo_action_info* info,
                                              credo_error* error);
CREDO_API credo_status credo_agent_get_probe(const credo_agent* agent,
                                             int32_t index,
                                             credo_observation_info* info,
                                             credo_error* error);
/* A loss that the agent learned with. Texts live as long as the agent. */
typedef struct credo_task_info {
  uint32_t size;
  int32_t imagined;   /* observations that it imagines; 0: none */
  const char* name;   /* "auxiliary.0.simcore" */
  const char* reason; /* why it imagines none; NULL where it does */
} credo_task_info;

CREDO_API credo_status credo_agent_get_task(const credo_agent* agent,
                                            int32_t index,
                                            credo_task_info* info,
                                            credo_error* error);
/* An observation that a task imagines; NULL: the first task which does. */
CREDO_API credo_status credo_agent_get_imagined(const credo_agent* agent,
                                                const char* task,
                                                int32_t index,
                                                credo_observation_info* info,
                                                credo_error* error);

/* Whether the host's observations and actions are those that the agent learned
 * with: CREDO_INVALID_ARGUMENT names the first field that differs. The order
 * does not matter; `bytes` and `numbers` are not read. */
CREDO_API credo_status credo_agent_check_spec(
    const credo_agent* agent, const credo_observation_info* observations,
    int32_t observation_count, const credo_action_info* actions,
    int32_t action_count, credo_error* error);

/* --- Beliefs --- */

typedef struct credo_beliefs credo_beliefs;

/* `seed` draws the actions; equal seeds and rows draw alike. */
CREDO_API credo_status credo_beliefs_create(credo_agent* agent, int32_t count,
                                            uint64_t seed,
                                            credo_beliefs** beliefs,
                                            credo_error* error);
CREDO_API credo_status credo_beliefs_destroy(credo_beliefs* beliefs,
                                             credo_error* error);
/* Rows of these beliefs; 0 for NULL. */
CREDO_API int32_t credo_beliefs_count(const credo_beliefs* beliefs);

/* Before a step. Vectors must be finite and within their range. */
CREDO_API credo_status credo_beliefs_observe(credo_beliefs* beliefs,
                                             int32_t row, const char* name,
                                             const void* data, size_t bytes,
                                             credo_error* error);
/* 1 for each choice that is legal from the next step on, else 0; fields and
 * factors in order. Holds until it is given again. A factor without a legal
 * choice counts as if all were, as in training. */
CREDO_API credo_status credo_beliefs_mask(credo_beliefs* beliefs, int32_t row,
                                          const uint8_t* legal, size_t bytes,
                                          credo_error* error);
/* On arriving at this record, all since the one before; 0 when it is not said.
 * The last call counts. */
CREDO_API credo_status credo_beliefs_reward(credo_beliefs* beliefs,
                                            int32_t row, float reward,
                                            credo_error* error);

typedef enum credo_end {
  CREDO_TERMINAL = 2, /* the episode ended by itself */
  CREDO_TRUNCATED = 3 /* it was cut short: its value still counts */
} credo_end;

/* This record is the last of its episode; its action is void. An episode's
 * first record cannot be its last. */
CREDO_API credo_status credo_beliefs_end(credo_beliefs* beliefs, int32_t row,
                                         int32_t end, credo_error* error);

/* The row's next record opens an episode, wherever it was: for a character that
 * is gone before its end was seen. What was told of that record is dropped, but
 * for the mask, and nothing can be read before the next step. Draws go on. */
CREDO_API credo_status credo_beliefs_reset(credo_beliefs* beliefs, int32_t row,
                                           credo_error* error);

typedef enum credo_source {
  CREDO_SAMPLED = 0, /* drawn from the policy */
  CREDO_GREEDY = 1,  /* the most probable action */
  CREDO_EXTERNAL = 2 /* the host's own, as in a demonstration */
} credo_source;

CREDO_API credo_status credo_beliefs_source(credo_beliefs* beliefs,
                                            int32_t row, int32_t source,
                                            credo_error* error);
/* What an external row does after the last step, one call per field, before the
 * next step: indices, or numbers within the field's bounds. The
 * action of a row that became external after the policy drew it stands, unless
 * the host tells a field: then it must tell all. An action that is owed must be
 * told whatever the source becomes. Choices that the record's mask rules out
 * are refused. */
CREDO_API credo_status credo_beliefs_act(credo_beliefs* beliefs, int32_t row,
                                         const char* field,
                                         const float* values, size_t count,
                                         credo_error* error);

/* Consumes one record of each of the `count` rows, each named once. `seconds`
 * is the game time since the step before, 0 when the host does not say; the log
 * is told once per row when it is not the agent's own.
 *
 * CREDO_DATA_LOSS when a belief is not finite any more, as numbers of a record
 * were too large for the network. All rows have consumed their records then;
 * those that the message names go on from an empty belief, within their
 * episode, with an action that no policy prefers. */
CREDO_API credo_status credo_step(credo_agent* agent, credo_beliefs* beliefs,
                                  const int32_t* rows, size_t count,
                                  double seconds, credo_error* error);

/* --- Many rows at once ---
 *
 * Fields by their number, as credo_agent_get_observation and
 * credo_agent_get_action count them, in place of a name that is looked up. When
 * one row is refused, none is taken. */

/* The number of a name; CREDO_NOT_FOUND when there is none. */
CREDO_API credo_status credo_agent_find_observation(const credo_agent* agent,
                                                    const char* name,
                                                    int32_t* index,
                                                    credo_error* error);
CREDO_API credo_status credo_agent_find_action(const credo_agent* agent,
                                               const char* name,
                                               int32_t* index,
                                               credo_error* error);
/* One observation of `count` rows: that of rows[i] at data + i * stride, a
 * stride of at least its bytes. */
CREDO_API credo_status credo_beliefs_observe_rows(
    credo_beliefs* beliefs, const int32_t* rows, size_t count,
    int32_t observation, const void* data, size_t stride, credo_error* error);
CREDO_API credo_status credo_beliefs_reward_rows(credo_beliefs* beliefs,
                                                 const int32_t* rows,
                                                 size_t count,
                                                 const float* rewards,
                                                 credo_error* error);
/* ends[i]: a credo_end, or 0 where the episode goes on. */
CREDO_API credo_status credo_beliefs_end_rows(credo_beliefs* beliefs,
                                              const int32_t* rows,
                                              size_t count,
                                              const int32_t* ends,
                                              credo_error* error);
/* After a step: values [count, words of the field]. */
CREDO_API credo_status credo_beliefs_action_rows(
    credo_beliefs* beliefs, const int32_t* rows, size_t count, int32_t field,
    float* values, size_t value_count, credo_error* error);
/* values [count], beliefs [count, belief of credo_agent_info]. */
CREDO_API credo_status credo_beliefs_value_rows(credo_beliefs* beliefs,
                                                const int32_t* rows,
                                                size_t count, float* values,
                                                credo_error* error);
CREDO_API credo_status credo_beliefs_belief_rows(
    credo_beliefs* beliefs, const int32_t* rows, size_t count, float* values,
    size_t value_count, credo_error* error);

/* --- Reading, of the row's last record --- */

/* The action of one field: indices, or numbers within the field's bounds. Fails
 * with CREDO_FAILED_PRECONDITION while the host owes an external one. */
CREDO_API credo_status credo_beliefs_action(credo_beliefs* beliefs,
                                            int32_t row, const char* field,
                                            float* values, size_t count,
                                            credo_error* error);
/* Discrete: the probability of each choice, factor by factor. Continuous: means
 * and then standard deviations, where the field's bounds are -1 and 1. */
CREDO_API credo_status credo_beliefs_probabilities(
    credo_beliefs* beliefs, int32_t row, const char* field, float* values,
    size_t count, credo_error* error);
CREDO_API credo_status credo_beliefs_value(credo_beliefs* beliefs, int32_t row,
                                           float* value, credo_error* error);
CREDO_API credo_status credo_beliefs_belief(credo_beliefs* beliefs,
                                            int32_t row, float* values,
                                            size_t count, credo_error* error);
/* What a probe reads off the belief: a probability per element and category, a
 * number per element, or an angle in radians per element. */
CREDO_API credo_status credo_beliefs_probe(credo_beliefs* beliefs, int32_t row,
                                           const char* target, float* values,
                                           size_t count, credo_error* error);

typedef enum credo_imagine_mode {
  CREDO_IMAGINE_MEAN = 0,     /* latents are at the means of their priors */
  CREDO_IMAGINE_SAMPLE = 1,   /* latents are drawn from `seed` */
  CREDO_IMAGINE_DEVIATION = 2 /* no frames, but how far each of their numbers
                                 may lie from its mean over samples: the
                                 standard deviation, that of what is seen
                                 around a prediction included */
} credo_imagine_mode;

/* How it is imagined. A task without latents draws the same for every seed. */
typedef struct credo_imagine_options {
  uint32_t size;
  int32_t mode;     /* credo_imagine_mode */
  uint64_t seed;    /* equal seeds draw alike at each step */
  const char* task; /* NULL: the first task that imagines */
  int32_t samples;  /* that a deviation is of, under `seed`, `seed` + 1, ...:
                       1 to 4096; 0: 16. Each costs as much as a frame. */
} credo_imagine_options;

/* What would be seen: `actions` holds `steps` actions of all fields side by
 * side; `frames` receives steps + 1 frames of one observation, the first one
 * that of the present. `options` NULL: the means of the first task that
 * imagines. Nothing of the row changes. CREDO_NOT_FOUND tells of a task why it
 * does not imagine. */
CREDO_API credo_status credo_beliefs_imagine(
    credo_beliefs* beliefs, int32_t row, const credo_imagine_options* options,
    const float* actions, size_t action_count, int32_t steps,
    const char* observation, float* frames, size_t frame_count,
    credo_error* error);

/* --- Belief states as bytes --- */

/* Exactly credo_agent_info.state_bytes bytes. They go on, in any row, process
 * or machine, with every agent of the same world and architecture; others
 * refuse them. With the same kernels (credo_agent_info) they go on bit for bit.
 * A row's source, and what was told of its next record (observations, mask,
 * reward, end), are the host's and not among them: loading drops what the row
 * was told, and the mask becomes that of the saved record. A state with numbers
 * that are not finite, or counts that are none, is refused. Two rows that go on
 * from one state draw alike. */
CREDO_API credo_status credo_beliefs_save(credo_beliefs* beliefs, int32_t row,
                                          void* bytes, size_t size,
                                          credo_error* error);
CREDO_API credo_status credo_beliefs_load(credo_beliefs* beliefs, int32_t row,
                                          const void* bytes, size_t size,
                                          credo_error* error);

/* --- The tap --- */

typedef enum credo_record_kind {
  CREDO_RECORD_FIRST = 0, /* opens an episode */
  CREDO_RECORD_MIDDLE = 1,
  CREDO_RECORD_TERMINAL = 2, /* the last of an episode that ended */
  CREDO_RECORD_TRUNCATED = 3 /* the last of one that was cut short */
} credo_record_kind;

/* A finished record. Pointers are valid during the call alone. */
typedef struct credo_record {
  uint32_t size;
  int32_t row;
  int32_t kind; /* credo_record_kind */
  float reward;
  int32_t observation_count;
  int32_t action_words;
  int64_t belief_numbers;
  const void* const* observations; /* in the agent's order */
  const uint8_t* mask;             /* or NULL */
  /* The action that led here, as the policy has it: indices, or numbers where
   * the field's bounds are -1 and 1; and the logarithm of the probability with
   * which it was drawn, NaN for the host's own. Void when kind is 0. */
  const float* action;
  float log_probability;
  const float* belief;
  /* What the record left of the belief state, which the next one is consumed
   * with: the network's own numbers, in the order of the model file. */
  const void* state;
  int64_t state_bytes;
  /* Whether it follows the row's record that this tap saw last: 0 at an
   * episode's first record, for the first one that a tap sees, and after a
   * state was loaded. */
  int32_t continues;
  int32_t reserved; /* 0 */
} credo_record;

typedef void (*credo_tap)(void* user, const credo_record* record);
typedef void (*credo_tap_end)(void* user);

/* Called by credo_step for each row, in the order of the rows, on its thread.
 * It must not call back into these beliefs, nor throw. NULL: nobody. */
CREDO_API credo_status credo_beliefs_set_tap(credo_beliefs* beliefs,
                                             credo_tap tap, void* user,
                                             credo_error* error);
/* `end` is called once, with the tap's `user`, when another tap takes its place
 * or the beliefs end, on the thread of that call. NULL: nobody. */
CREDO_API credo_status credo_beliefs_on_tap_end(credo_beliefs* beliefs,
                                                credo_tap_end end,
                                                credo_error* error);

#ifdef __cplusplus
}
#endif

#endif /* CREDO_CREDO_H_ */
