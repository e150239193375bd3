// The page about runs: it shows what lies in their folders, stands alone, and
// says what is missing or damaged.

#include "tools/report.h"

#include <absl/strings/escaping.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <vector>

#include "sdk/base/file.h"
#include "tests/support/command.h"
#include "tests/support/temporary_folder.h"

namespace credo {
namespace {

using testing::AllOf;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

constexpr char kMetrics[] =
    "{\"update\":1,\"frames\":100,\"frames_per_second\":900,"
    "\"loss.rl\":3.5,\"entropy\":1.25,\"ratio\":1}\n"
    "{\"update\":2,\"frames\":200,\"frames_per_second\":12345,"
    "\"loss.rl\":null,\"entropy\":1.5,\"ratio\":1}\n"
    "{\"update\":3,\"frames\":300,\"frames_per_second\":54321,"
    "\"loss.rl\":2.5,\"entropy\":1.75,\"ratio\":1}\n";
constexpr char kEvaluation[] =
    "{\"episodes\":200,\"seed\":1,\"return\":4.321,\"return_low\":3.21,"
    "\"return_high\":5.43}\n";
constexpr char kTable[] = R"({"episodes":222,"seed":1,"probe_frames":3333,
 "rows":[{"name":"first <run>","control":"","scores":{
  "map":{"accuracy":true,"parts":{
   "all":{"mean":0.111,"low":0.1,"high":0.2,"cells":9,"curve":[0.1]},
   "seen":{"mean":0.912,"low":0.9,"high":0.923,"cells":9,"curve":[0.5,0.9]},
   "unseen":{"mean":null,"low":null,"high":null,"cells":0,"curve":[null]}}},
  "place":{"accuracy":false,"parts":{
   "all":{"mean":1.234,"low":1.2,"high":1.3,"cells":9,"curve":[2,1]}}}}}]})";

size_t Count(const std::string& text, const std::string& word) {
  size_t count = 0;
  for (size_t at = text.find(word); at != std::string::npos;
       at = text.find(word, at + 1)) {
    ++count;
  }
  return count;
}

class ReportTest : public testing::Test {
 protected:
  // A run with a configuration and metrics.
  std::string MakeRun(const std::string& name) const {
    const std::string run = folder_ / name;
    std::filesystem::create_directories(run);
    Write(run + "/config.yaml", "seed: 7 # <" + name + ">\n");
    Write(run + "/metrics.jsonl", kMetrics);
    return run;
  }
  static void Write(const std::string& path, const std::string& text) {
    const Status status = ReplaceFile(path, text);
    EXPECT_TRUE(status.ok()) << status.message();
  }
  static std::string Page(const std::vector<std::string>& runs) {
    const Result<std::string> page = ReportHtml(runs);
    EXPECT_TRUE(page.ok()) << page.status().message();
    return page.ok() ? *page : "";
  }
  static void ExpectRefused(const std::string& run, StatusCode code,
                            const testing::Matcher<std::string>& message) {
    const Status status = ReportHtml({run}).status();
    EXPECT_EQ(status.code(), code) << StatusCodeName(status.code());
    EXPECT_THAT(status.message(), message);
  }

  const TemporaryFolder folder_;
};

// --- What is shown ---

TEST_F(ReportTest, ShowsHowFarARunCame) {
  const std::string page = Page({MakeRun("first")});
  EXPECT_THAT(page, HasSubstr("<td>first</td><td>300</td><td>54321</td>"));
}

TEST_F(ReportTest, ShowsReturnsWithTheirIntervals) {
  const std::string run = MakeRun("first");
  Write(run + "/eval.json", kEvaluation);
  const std::string page = Page({run});
  EXPECT_THAT(page, HasSubstr("<td>4.32<small>3.21 – 5.43</small></td>"));
  EXPECT_THAT(page, Not(HasSubstr("credo eval")));
}

TEST_F(ReportTest, ShowsTheTableOfProbes) {
  const std::string run = MakeRun("first");
  Write(run + "/probe.json", kTable);
  const std::string page = Page({run});
  EXPECT_THAT(page, HasSubstr("<th>map seen</th>"));
  EXPECT_THAT(page, HasSubstr("<td>0.912<small>0.900 – 0.923</small></td>"));
  EXPECT_THAT(page, HasSubstr("<td>–<small>– – –</small></td>"));
  EXPECT_THAT(page, HasSubstr("<th>place (error)</th>"));
  EXPECT_THAT(page, HasSubstr("<td>1.234<small>"));
  EXPECT_THAT(page, HasSubstr("222"));
  EXPECT_THAT(page, HasSubstr("3333 frames"));
  // "all" cells of a map mix what can be known with what cannot.
  EXPECT_THAT(page, Not(HasSubstr("0.111")));
  EXPECT_THAT(page, HasSubstr("map, cells seen (accuracy)"));
  EXPECT_THAT(page, Not(HasSubstr("credo probe")));
}

TEST_F(ReportTest, ShowsATableThatRunsShareOnce) {
  const std::string first = MakeRun("first");
  const std::string second = MakeRun("second");
  Write(first + "/probe.json", kTable);
  Write(second + "/probe.json", kTable);
  EXPECT_EQ(Count(Page({first, second}), "<th>map seen</th>"), 1u);
}

TEST_F(ReportTest, ShowsLossesOfAllRunsInOneChart) {
  const std::string page = Page({MakeRun("first"), MakeRun("second")});
  EXPECT_EQ(Count(page, "<figcaption>loss.rl</figcaption>"), 1u);
  EXPECT_EQ(Count(page, "<figcaption>entropy</figcaption>"), 1u);
  EXPECT_EQ(Count(page, "<figcaption>ratio</figcaption>"), 0u);
  EXPECT_EQ(Count(page, "</i>first</span>"), 2u);
  EXPECT_EQ(Count(page, "</i>second</span>"), 2u);
}

TEST_F(ReportTest, PutsSeedsOfOneConfigurationTogether) {
  std::vector<std::string> runs;
  for (const char* seed : {"1", "2"}) {
    const std::string run = MakeRun("slots_" + std::string(seed));
    Write(run + "/config.yaml",
          "seed: " + std::string(seed) + "\nagent: {core: x}\n");
    Write(run + "/eval.json",
          "{\"return\":" + std::string(seed) + "}\n");
    Write(run + "/metrics.jsonl",
          "{\"update\":1,\"frames\":100,\"loss.rl\":" +
              std::string(seed) + "}\n");
    Write(run + "/probe.json",
          R"({"episodes":2,"seed":1,"probe_frames":3,"rows":[{"name":"slots_)" +
              std::string(seed) +
              R"(","control":"","scores":{"place":{"accuracy":true,"parts":
              {"all":{"mean":0.)" + std::string(seed) +
              R"(,"low":0,"high":1,"cells":9,"curve":[1]}}}}}]})");
    runs.push_back(run);
  }
  const std::string other = MakeRun("other");
  runs.push_back(other);
  const std::string page = Page(runs);
  EXPECT_THAT(page, HasSubstr("<td>slots</td><td>2</td><td>1.500 ± 0.707</td>"
                              "<td>0.150 ± 0.071</td>"));
  EXPECT_THAT(page, HasSubstr("<td>other</td><td>1</td><td>–</td><td>–</td>"));
  EXPECT_THAT(page, HasSubstr("slots (mean of 2 seeds)"));
  EXPECT_THAT(Page({runs[0], other}), Not(HasSubstr("over seeds")));
}

// As sweeps lay runs out.
TEST_F(ReportTest, NamesVariantsByWhatTheirPathsShare) {
  std::vector<std::string> runs;
  for (const char* seed : {"1", "2"}) {
    for (const char* variant : {"slots32", "slots64"}) {
      const std::string run =
          MakeRun("sweep/seed_" + std::string(seed) + "/" + variant);
      Write(run + "/config.yaml", "seed: " + std::string(seed) +
                                      "\nagent: " + variant + "\n");
      runs.push_back(run);
    }
  }
  const std::string page = Page(runs);
  EXPECT_THAT(page, HasSubstr("/sweep/slots32 (mean of 2 seeds)"));
  EXPECT_THAT(page, HasSubstr("/sweep/slots64 (mean of 2 seeds)"));
  EXPECT_THAT(page, Not(HasSubstr("seed_1/slots32 (mean")));
}

// A seed that did not come as far does not bend the curve.
TEST_F(ReportTest, CurvesOfSeedsEndWithTheShortest) {
  const std::string one = MakeRun("a_1");
  const std::string two = MakeRun("a_2");
  Write(one + "/config.yaml", "seed: 1\n");
  Write(two + "/config.yaml", "seed: 2\n");
  Write(one + "/metrics.jsonl",
        "{\"update\":1,\"frames\":100,\"loss.rl\":1}\n"
        "{\"update\":2,\"frames\":200,\"loss.rl\":900}\n");
  Write(two + "/metrics.jsonl",
        "{\"update\":1,\"frames\":100,\"loss.rl\":3}\n");
  const std::string page = Page({one, two});
  EXPECT_THAT(page, HasSubstr("a (mean of 2 seeds)"));
  EXPECT_THAT(page, Not(HasSubstr(">900<")));
}

TEST_F(ReportTest, TellsRunsOfOneNameApart) {
  const std::string page = Page({MakeRun("1/run"), MakeRun("2/run")});
  for (const char* name : {"1/run", "2/run"}) {
    EXPECT_EQ(Count(page, "</i>" + (folder_ / name) + "</span>"), 2u);
  }
}

TEST_F(ReportTest, HoldsThePicturesThemselves) {
  const std::string run = MakeRun("first");
  std::filesystem::create_directories(run + "/pictures");
  const std::string png("\x89PNG\r\n\x1a\n\0with bytes \xff", 21);
  Write(run + "/pictures/episode_000_map.png", png);
  Write(run + "/pictures/notes.txt", "not a picture");
  const std::string page = Page({run});
  EXPECT_THAT(page, HasSubstr("src=\"data:image/png;base64," +
                              absl::Base64Escape(png) + "\""));
  EXPECT_THAT(page, HasSubstr("first: episode_000_map"));
  EXPECT_EQ(Count(page, "<img"), 1u);
}

TEST_F(ReportTest, HoldsConfigurationsAsTheyAreAndEscaped) {
  const std::string page = Page({MakeRun("first")});
  EXPECT_THAT(page, HasSubstr("seed: 7 # &lt;first&gt;"));
  EXPECT_THAT(page, Not(HasSubstr("<first>")));
}

TEST_F(ReportTest, EscapesNames) {
  const std::string run = MakeRun("first");
  Write(run + "/probe.json", kTable);
  EXPECT_THAT(Page({run}), AllOf(HasSubstr("first &lt;run&gt;"),
                                 Not(HasSubstr("first <run>"))));
}

TEST_F(ReportTest, StandsAlone) {
  const std::string run = MakeRun("first");
  Write(run + "/probe.json", kTable);
  Write(run + "/eval.json", kEvaluation);
  const std::string page = Page({run});
  EXPECT_THAT(page, StartsWith("<!doctype html>"));
  EXPECT_THAT(page, EndsWith("</html>\n"));
  for (const char* outside :
       {"http:", "https:", "<script", "<link", "@import", "url("}) {
    EXPECT_THAT(page, Not(HasSubstr(outside)));
  }
}

TEST_F(ReportTest, SaysThatOneSeedIsShown) {
  EXPECT_THAT(Page({MakeRun("first")}),
              HasSubstr("One training seed of each run is shown"));
}

TEST_F(ReportTest, SaysWhichCommandBringsWhatIsMissing) {
  const std::string page = Page({MakeRun("first")});
  EXPECT_THAT(page, HasSubstr("credo eval"));
  EXPECT_THAT(page, HasSubstr("credo probe"));
}

TEST_F(ReportTest, IsAFunctionOfWhatLiesInTheFolders) {
  const std::string run = MakeRun("first");
  EXPECT_EQ(Page({run}), Page({run}));
}

TEST_F(ReportTest, LeavesOutALineThatIsBeingWritten) {
  const std::string run = MakeRun("first");
  Write(run + "/metrics.jsonl", kMetrics + std::string("{\"update\":4,\"fra"));
  EXPECT_THAT(Page({run}), HasSubstr("<td>300</td>"));
}

TEST_F(ReportTest, ShowsARunThatHasLoggedNothingYet) {
  const std::string run = MakeRun("first");
  Write(run + "/metrics.jsonl", "");
  EXPECT_THAT(Page({run}), HasSubstr("<td>first</td><td>–</td>"));
}

// --- What is refused ---

TEST_F(ReportTest, RefusesAFolderWithoutARun) {
  ExpectRefused(folder_ / "nothing", StatusCode::kNotFound,
                StartsWith(folder_ / "nothing/config.yaml"));
}

TEST_F(ReportTest, RefusesADamagedLineByItsNumber) {
  const std::string run = MakeRun("first");
  for (const std::string line : {"{\"update\":4,", "17", "[]", ""}) {
    Write(run + "/metrics.jsonl", kMetrics + line + "\n");
    ExpectRefused(run, StatusCode::kDataLoss,
                  StartsWith(run + "/metrics.jsonl:4: "));
  }
}

TEST_F(ReportTest, RefusesADamagedEvaluation) {
  const std::string run = MakeRun("first");
  for (const char* text : {"{\"return\":", "12", ""}) {
    Write(run + "/eval.json", text);
    ExpectRefused(run, StatusCode::kDataLoss, StartsWith(run + "/eval.json"));
  }
}

TEST_F(ReportTest, RefusesADamagedTable) {
  const std::string run = MakeRun("first");
  const std::string whole = kTable;
  for (const std::string& text :
       {whole.substr(0, whole.size() / 2), std::string("{}"),
        std::string("{\"rows\":[]}"), std::string("[1]")}) {
    Write(run + "/probe.json", text);
    ExpectRefused(run, StatusCode::kDataLoss,
                  StartsWith(run + "/probe.json"));
  }
}

// --- The command ---

TEST_F(ReportTest, IsWrittenByTheCommand) {
  const std::string run = MakeRun("first");
  const std::string out = folder_ / "report.html";
  const Ended ended = RunToEnd({CREDO_COMMAND, "report", run, "--out", out});
  EXPECT_EQ(ended.exit_code, 0) << ended.err;
  const Result<std::string> page = ReadFile(out);
  ASSERT_TRUE(page.ok()) << page.status().message();
  EXPECT_EQ(*page, Page({run}));
}

TEST_F(ReportTest, TheCommandEndsWithTwoOnWrongInput) {
  const std::string run = MakeRun("first");
  const std::vector<std::vector<std::string>> wrong = {
      {"report"},
      {"report", run},
      {"report", "--out", folder_ / "a.html"},
      {"report", folder_ / "nothing", "--out", folder_ / "a.html"},
      {"report", run, "--out", folder_ / "no/such/folder/a.html"},
      {"report", run, "--out", run},
      {"report", run, "--out", run + "/config.yaml/a.html"}};
  for (std::vector<std::string> arguments : wrong) {
    arguments.insert(arguments.begin(), CREDO_COMMAND);
    const Ended ended = RunToEnd(arguments);
    EXPECT_EQ(ended.exit_code, 2) << testing::PrintToString(arguments);
    EXPECT_NE(ended.err, "");
    EXPECT_EQ(ended.out, "");
  }
  EXPECT_FALSE(std::filesystem::exists(folder_ / "a.html"));
}

}  // namespace
}  // namespace credo
