// The table of what beliefs know: runs and controls, each probed in the same
// way on the same episodes.
//
// A row is read flat, and where its memory can be queried by query as well; the
// table gives the better of the two and says which.
//
// Rows: every run; then, for each different configuration of an agent, its
// encoder alone and the same agent untrained; the best constant; the supervised
// oracle (a run that its probes trained). Every row's probe is trained from
// scratch on the frozen agent, on the same frames; every row is read on the
// same held-out episodes, in which the scripted policy acts.
#ifndef CREDO_AGENTS_RUNS_PROBE_TABLE_H_
#define CREDO_AGENTS_RUNS_PROBE_TABLE_H_

#include <atomic>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "agents/learning/parts.h"
#include "agents/probes/probe_score.h"
#include "agents/runs/loaded_run.h"
#include "sdk/base/status.h"

namespace credo {

struct ProbeTableOptions {
  int64_t episodes = 1000;
  uint64_t seed = 1;    // of the held-out episodes and of the probes
  // Rows that are probed at a time; never changes a number.
  int64_t threads = 1;
};

struct ProbeRow {
  std::string name;     // of the run (RunNames), or of the control
  std::string control;  // "", "encoder_only", "untrained", "constant", "oracle"
  std::vector<HeadScore> scores;
};

struct ProbeTable {
  ProbeTableOptions options;
  int64_t probe_frames = 0;  // that each row's probe learned from
  std::vector<ProbeRow> rows;

  // The row of this control, or of this run when `control` is "". Null when
  // there is none.
  const ProbeRow* Find(const std::string& control,
                       const std::string& name = "") const;
};

// Called as each row is done, by one thread at a time.
using ProbeRowListener = std::function<void(const ProbeRow&)>;

// Fails with kInvalidArgument when the runs' worlds differ or the first one has
// no probes. REQUIRES: at least one run.
Status CheckProbedRuns(const std::vector<const LoadedRun*>& runs);

// `runs` are at least one, all of one world; probes and their options are those
// of the first. Fails as CheckProbedRuns and RecordEpisodes do, and with
// kCancelled when `stop` is not 0.
Result<ProbeTable> MakeProbeTable(
    const std::vector<const LoadedRun*>& runs, const Parts& parts,
    const ProbeTableOptions& options, const std::atomic<int>& stop,
    const ProbeRowListener& listener);

// JSON: {"episodes", "seed", "probe_frames", "rows": [{"name", "control",
// "scores": {TARGET: {"accuracy": bool, "reader": "flat" or "query", "parts":
// {PART: {"mean", "low", "high", "cells", "curve"}}}}}]}. NaN is null.
std::string ProbeTableToJson(const ProbeTable& table);

// The table for people, aligned: one line per row, one column per target and
// part but "all" where there are others, 95 % intervals in brackets.
std::string ProbeTableToText(const ProbeTable& table);

}  // namespace credo

#endif  // CREDO_AGENTS_RUNS_PROBE_TABLE_H_
