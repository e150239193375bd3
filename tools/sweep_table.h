// What the runs of a sweep came to, over seeds.
#ifndef CREDO_TOOLS_SWEEP_TABLE_H_
#define CREDO_TOOLS_SWEEP_TABLE_H_

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "agents/probes/interval.h"
#include "sdk/base/status.h"
#include "tools/line_chart.h"
#include "tools/sweep_plan.h"

namespace credo {

// What one row of the probes' tables says with one seed.
struct SeedScore {
  int64_t seed = 0;
  std::string reader;  // flat, query or ""
  Interval episodes;   // the mean with its interval over held-out episodes
};

struct SweepRow {
  std::string name;     // of the variant, or of the control
  std::string control;  // "", "encoder_only", "untrained", "constant", "oracle"
  // (target, part) -> what each seed says, seeds in order.
  std::map<std::pair<std::string, std::string>, std::vector<SeedScore>> scores;
};

struct CurvePoint {
  int64_t seed = 0;
  int64_t update = 0;
  int64_t frames = 0;
  double seconds = 0;  // of training
  std::map<std::string, double> metrics;
};

struct SweepTable {
  std::vector<int64_t> seeds;
  std::vector<std::string> variants;
  std::vector<SweepRow> rows;  // variants in order, then controls
  std::map<std::string, std::vector<CurvePoint>> curves;  // by variant
  std::vector<std::string> missing;  // "seed_1/VARIANT: why"
};

// Over seeds: the mean with its 95 % bootstrap interval.
Interval OverSeeds(const std::vector<SeedScore>& scores);

// Reads what lies in the folder of a sweep, finished or not.
Result<SweepTable> ReadSweepTable(const SweepFolder& folder);

// Aligned, for people.
std::string SweepTableToText(const SweepTable& table);
// row,control,target,part,seed,reader,mean,low,high: one line per seed, then
// one with the seed "all", whose interval is over seeds.
std::string SweepTableToCsv(const SweepTable& table);
// variant,seed,update,frames,seconds,metric,value
std::string SweepCurvesToCsv(const SweepTable& table);
// How runs learned: what tells it over frames, updates and seconds, one line
// per variant, the mean over its seeds and over the logged updates that lie
// close together.
std::vector<Chart> SweepCharts(const SweepTable& table);
// The table and the charts.
std::string SweepTableToHtml(const SweepTable& table, const std::string& title);

}  // namespace credo

#endif  // CREDO_TOOLS_SWEEP_TABLE_H_
