// The generated reference of every key.

#include <utility>

#include "sdk/config/scalars.h"
#include "sdk/config/yaml.h"

namespace credo {
namespace {

class Describer : public FieldVisitor {
 public:
  explicit Describer(std::string path) : path_(std::move(path)) {}

  std::string rows;   // of this section's table
  std::string below;  // sections that follow

  void Bool(const char* key, bool& value, const Meaning& meaning) override {
    Row(key, "true or false", value ? "true" : "false", meaning.text);
  }
  void Int(const char* key, int64_t& value, IntRange range,
           const Meaning& meaning) override {
    Row(key, RangeText(range), std::to_string(value), meaning.text);
  }
  void Real(const char* key, double& value, RealRange range,
            const Meaning& meaning) override {
    Row(key, RangeText(range), RealText(value), meaning.text);
  }
  void Text(const char* key, std::string& value,
            const Meaning& meaning) override {
    Row(key, "a text", QuotedText(value), meaning.text);
  }
  void Choice(const char* key, std::string& value,
              const std::vector<std::string>& allowed,
              const Meaning& meaning) override {
    Row(key, OneOfText(allowed), value, meaning.text);
  }
  void Ints(const char* key, std::vector<int64_t>& value, IntRange range,
            const Meaning& meaning) override {
    std::string list;
    for (const int64_t entry : value) {
      list += (list.empty() ? "" : ", ") + std::to_string(entry);
    }
    Row(key, "a list, each " + RangeText(range), "[" + list + "]",
        meaning.text);
  }
  void Texts(const char* key, std::vector<std::string>&,
             const Meaning& meaning) override {
    Row(key, "a list of texts", "[]", meaning.text);
  }
  void Group(const char* key, Options& value, const Meaning& meaning) override {
    Row(key, "a map", "see below", meaning.text);
    Section(PathOf(key), meaning.text, value);
  }
  void Part(const char* key, Selection& value, const PartCatalog& catalog,
            const Meaning& meaning) override {
    Row(key, "a part", value.kind.empty() ? "required" : value.kind,
        meaning.text);
    AddCatalog(key, catalog);
  }
  void Parts(const char* key, std::vector<Selection>&,
             const PartCatalog& catalog, const Meaning& meaning) override {
    Row(key, "a list of parts", "[]", meaning.text);
    AddCatalog(key, catalog);
  }

  static std::string Table(const std::string& rows) {
    if (rows.empty()) return "No keys.\n\n";
    return "| key | type and range | default | meaning |\n"
           "| --- | --- | --- | --- |\n" +
           rows + "\n";
  }

 private:
  // Parts may list parts that list the first ones again.
  static constexpr size_t kLongestPath = 200;

  std::string PathOf(const std::string& key) const {
    return path_.empty() ? key : path_ + "." + key;
  }
  void Row(const std::string& key, const std::string& type,
           const std::string& value, const std::string& meaning) {
    rows += "| `" + key + "` | " + type + " | `" + value + "` | " + meaning +
            " |\n";
  }
  void Section(const std::string& title, const std::string& meaning,
               Options& options) {
    if (title.size() > kLongestPath) return;
    Describer section(title);
    options.Visit(section);
    below += "## " + title + "\n\n" + meaning + "\n\n" + Table(section.rows) +
             section.below;
  }
  void AddCatalog(const char* key, const PartCatalog& catalog) {
    for (const PartInfo& part : catalog) {
      const std::unique_ptr<Options> options = part.defaults();
      Section(PathOf(key) + " {kind: " + part.name + "}", part.summary,
              *options);
    }
  }

  std::string path_;
};

}  // namespace

std::string DescribeOptions(Options& options) {
  Describer top("");
  options.Visit(top);
  return "# Every key\n\n" + Describer::Table(top.rows) + top.below;
}

}  // namespace credo
