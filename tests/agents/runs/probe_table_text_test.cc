// A table of probes as JSON and as text: the numbers are those of the struct.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "agents/runs/probe_table.h"

namespace credo {
namespace {

using Json = nlohmann::ordered_json;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

// A run and a control, a map with three parts and a place with one.
ProbeTable SmallTable() {
  const auto row = [](const std::string& name, const std::string& control,
                      double by) {
    return ProbeRow{
        name,
        control,
        {{.target = "map",
          .reader = "",
          .parts = {{"all", {0.5 + by, 0.25, 0.75}, {0.125, 1}, 64},
                    {"seen", {0.9 + by, 0.85, 0.95}, {0.1, 0.2}, 32},
                    {"unseen", {kNan, kNan, kNan}, {kNan, 0.3}, 0}}},
         {.target = "place",
          .reader = "",
          .is_accuracy = false,
          .parts = {{"all", {1.5 + by, 1.25, 2}, {3, 2}, 8}}}}};
  };
  ProbeTable table;
  table.options = {.episodes = 321, .seed = 7, .threads = 2};
  table.probe_frames = 5000;
  table.rows = {row("simulator", "", 0), row("encoder only", "encoder_only",
                                             -0.25)};
  return table;
}

std::vector<std::string> Keys(const Json& json) {
  std::vector<std::string> keys;
  for (const auto& item : json.items()) keys.push_back(item.key());
  return keys;
}

// The number, or NaN for null.
double NumberOf(const Json& json) {
  return json.is_null() ? kNan : json.get<double>();
}

void ExpectNumber(const Json& found, double expected) {
  if (std::isnan(expected)) {
    EXPECT_TRUE(found.is_null());
  } else {
    EXPECT_EQ(NumberOf(found), expected);
  }
}

TEST(ProbeTableJson, HoldsTheNumbersOfTheStruct) {
  const ProbeTable table = SmallTable();
  const Json json = Json::parse(ProbeTableToJson(table));
  EXPECT_EQ(json.at("episodes"), 321);
  EXPECT_EQ(json.at("seed"), 7);
  EXPECT_EQ(json.at("probe_frames"), 5000);
  ASSERT_EQ(json.at("rows").size(), table.rows.size());
  for (size_t r = 0; r < table.rows.size(); ++r) {
    const ProbeRow& row = table.rows[r];
    const Json& found = json.at("rows")[r];
    EXPECT_EQ(found.at("name"), row.name);
    EXPECT_EQ(found.at("control"), row.control);
    ASSERT_EQ(found.at("scores").size(), row.scores.size());
    for (const HeadScore& head : row.scores) {
      const Json& score = found.at("scores").at(head.target);
      EXPECT_EQ(score.at("accuracy"), head.is_accuracy);
      ASSERT_EQ(score.at("parts").size(), head.parts.size());
      for (const PartScore& part : head.parts) {
        const Json& values = score.at("parts").at(part.part);
        ExpectNumber(values.at("mean"), part.late.mean);
        ExpectNumber(values.at("low"), part.late.low);
        ExpectNumber(values.at("high"), part.late.high);
        EXPECT_EQ(values.at("cells"), part.cells);
        ASSERT_EQ(values.at("curve").size(), part.curve.size());
        for (size_t t = 0; t < part.curve.size(); ++t) {
          ExpectNumber(values.at("curve")[t], part.curve[t]);
        }
      }
    }
  }
}

TEST(ProbeTableJson, HasTheKeysThatItIsSaidToHave) {
  const Json json = Json::parse(ProbeTableToJson(SmallTable()));
  EXPECT_THAT(Keys(json),
              ElementsAre("episodes", "seed", "probe_frames", "rows"));
  const Json& row = json.at("rows")[0];
  EXPECT_THAT(Keys(row), ElementsAre("name", "control", "scores"));
  EXPECT_THAT(Keys(row.at("scores")), ElementsAre("map", "place"));
  const Json& map = row.at("scores").at("map");
  EXPECT_THAT(Keys(map), ElementsAre("accuracy", "reader", "parts"));
  EXPECT_THAT(Keys(map.at("parts")), ElementsAre("all", "seen", "unseen"));
  EXPECT_THAT(Keys(map.at("parts").at("seen")),
              ElementsAre("mean", "low", "high", "cells", "curve"));
}

// The number of threads changes no number and is none of the table's.
TEST(ProbeTableJson, DoesNotTellOfThreads) {
  ProbeTable table = SmallTable();
  const std::string two = ProbeTableToJson(table);
  table.options.threads = 1;
  EXPECT_EQ(ProbeTableToJson(table), two);
}

std::vector<std::string> LinesOf(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

TEST(ProbeTableText, HasOneLinePerRowAndAHeading) {
  const std::vector<std::string> lines =
      LinesOf(ProbeTableToText(SmallTable()));
  ASSERT_EQ(lines.size(), 3u);
  EXPECT_THAT(lines[1], testing::StartsWith("simulator "));
  EXPECT_THAT(lines[2], testing::StartsWith("encoder only "));
  EXPECT_THAT(lines[1], HasSubstr("0.900 [0.850, 0.950]"));
  EXPECT_THAT(lines[2], HasSubstr("0.650 [0.850, 0.950]"));
  EXPECT_THAT(lines[1], HasSubstr("1.500 [1.250, 2.000]"));
}

TEST(ProbeTableText, ShowsAllOnlyWhereThereIsNothingElse) {
  const std::string text = ProbeTableToText(SmallTable());
  EXPECT_THAT(text, HasSubstr("map seen"));
  EXPECT_THAT(text, HasSubstr("map unseen"));
  EXPECT_THAT(text, Not(HasSubstr("map all")));
  EXPECT_THAT(text, Not(HasSubstr("place all")));
  EXPECT_THAT(text, Not(HasSubstr("0.500 [")));
}

TEST(ProbeTableText, SaysWhichNumbersAreErrors) {
  const std::string heading = LinesOf(ProbeTableToText(SmallTable()))[0];
  EXPECT_THAT(heading, HasSubstr("place (error)"));
  EXPECT_THAT(heading, Not(HasSubstr("seen (error)")));
}

TEST(ProbeTableText, PutsEachNumberBelowItsHeading) {
  const std::vector<std::string> lines =
      LinesOf(ProbeTableToText(SmallTable()));
  const size_t seen = lines[0].find("map seen");
  const size_t unseen = lines[0].find("map unseen");
  const size_t place = lines[0].find("place");
  for (const size_t row : {1, 2}) {
    EXPECT_EQ(lines[row].find("0."), seen);
    EXPECT_EQ(lines[row][unseen], '-');
    EXPECT_EQ(lines[row].find("1.", unseen), place);
  }
}

TEST(ProbeTableText, OfNoRowsIsEmpty) {
  EXPECT_EQ(ProbeTableToText(ProbeTable()), "");
}

}  // namespace
}  // namespace credo
