#include "sdk/runtime/options.h"

#include <algorithm>
#include <span>
#include <utility>

#include "sdk/base/number_text.h"
#include "sdk/model/limits.h"

namespace credo::runtime {
namespace {

using Kind = JsonTree::Kind;

Status Refuse(const std::string& place, const std::string& expected,
              const std::string& found) {
  return InvalidArgument(place + ": expected " + expected + ", found " + found);
}

// --- Values as messages and notes have them ---

std::string TextOf(bool value) { return value ? "true" : "false"; }
std::string TextOf(int64_t value) { return std::to_string(value); }
std::string TextOf(double value) { return NumberText(value); }
std::string TextOf(const std::string& value) { return "'" + value + "'"; }
template <typename Entry>
std::string TextOf(const std::vector<Entry>& list) {
  std::string text;
  for (const Entry& entry : list) {
    text += (text.empty() ? "" : ", ") + TextOf(entry);
  }
  return "[" + text + "]";
}

template <typename Range>
std::string RangeText(const Range& range) {
  return TextOf(range.low) + " to " + TextOf(range.high);
}

// "a, b or c"
std::string OneOf(const std::vector<std::string>& names) {
  std::string text;
  for (size_t i = 0; i < names.size(); ++i) {
    const bool last = i + 1 == names.size();
    text += (i == 0 ? "" : last ? " or " : ", ") + names[i];
  }
  return text;
}

// --- Reading ---

class Reader : public FieldVisitor {
 public:
  Reader(const JsonTree& json, const std::string& place, OptionsRead* read)
      : json_(json), place_(place), read_(read) {}

  const Status& status() const { return status_; }

  void Bool(const char* key, bool& value, const Meaning& meaning) override {
    Read(key, value, meaning, "true or false", [&](const JsonTree& found) {
      value = found.boolean;
      return found.kind == Kind::kBoolean;
    });
  }

  void Int(const char* key, int64_t& value, IntRange range,
           const Meaning& meaning) override {
    Read(key, value, meaning, "a whole number", [&](const JsonTree& found) {
      value = found.whole;
      return found.kind == Kind::kWhole;
    });
    CheckRange(key, value, range, meaning);
  }

  void Real(const char* key, double& value, RealRange range,
            const Meaning& meaning) override {
    Read(key, value, meaning, "a number", [&](const JsonTree& found) {
      value = found.real;
      return found.is_number();
    });
    CheckRange(key, value, range, meaning);
  }

  void Text(const char* key, std::string& value,
            const Meaning& meaning) override {
    Read(key, value, meaning, "a text", [&](const JsonTree& found) {
      value = found.text;
      return found.kind == Kind::kText;
    });
  }

  void Choice(const char* key, std::string& value,
              const std::vector<std::string>& allowed,
              const Meaning& meaning) override {
    Text(key, value, meaning);
    if (Skips(key, meaning)) return;
    if (std::ranges::find(allowed, value) != allowed.end()) return;
    status_ = Refuse(PlaceOf(key), OneOf(allowed), TextOf(value));
  }

  void Ints(const char* key, std::vector<int64_t>& value, IntRange range,
            const Meaning& meaning) override {
    ReadList(key, value, meaning,
             [&](const JsonTree& entry, const std::string& place) {
               const bool whole = entry.kind == Kind::kWhole;
               if (whole && IsWithin(entry.whole, range)) {
                 value.push_back(entry.whole);
                 return OkStatus();
               }
               return Refuse(
                   place, "a whole number from " + RangeText(range),
                   whole ? TextOf(entry.whole) : entry.KindName());
             });
  }

  void Texts(const char* key, std::vector<std::string>& value,
             const Meaning& meaning) override {
    ReadList(key, value, meaning,
             [&](const JsonTree& entry, const std::string& place) {
               value.push_back(entry.text);
               return entry.kind == Kind::kText
                          ? OkStatus()
                          : Refuse(place, "a text", entry.KindName());
             });
  }

  void Group(const char* key, Options& value, const Meaning& meaning) override {
    const JsonTree* const found = FindObject(key, meaning);
    if (found == nullptr) return;
    status_ = ReadOptions(*found, PlaceOf(key), value, read_);
  }

  void Part(const char* key, Selection& value, const PartCatalog& catalog,
            const Meaning& meaning) override {
    const JsonTree* const found = FindObject(key, meaning);
    if (found == nullptr) return;
    Take(ReadPart(*found, PlaceOf(key), catalog, read_), value);
  }

  void Parts(const char* key, std::vector<Selection>& value,
             const PartCatalog& catalog, const Meaning& meaning) override {
    if (Skips(key, meaning)) return;
    value.clear();
    for (const JsonTree& entry : Entries(key)) {
      const std::string place = EntryPlace(PlaceOf(key), value.size());
      value.emplace_back();
      Take(ReadPart(entry, place, catalog, read_), value.back());
      if (!status_.ok()) return;
    }
  }

 private:
  std::string PlaceOf(const std::string& key) const {
    return place_ + ": " + key;
  }

  // Whether a field keeps its default.
  bool Skips(const char* key, const Meaning& meaning) const {
    return !status_.ok() || meaning.learning_only ||
           (meaning.optional && json_.Find(key) == nullptr);
  }

  // Reads a field by `take`, which says whether what it found is of the right
  // kind, and notes it.
  template <typename Value, typename Take>
  void Read(const char* key, Value& value, const Meaning& meaning,
            const char* what, Take take) {
    if (Skips(key, meaning)) return;
    const std::string before = TextOf(value);
    const JsonTree* const found = json_.Find(key);
    if (found == nullptr || !take(*found)) {
      status_ = ExpectedOption(json_, place_, key, what);
      return;
    }
    Note(key, before, TextOf(value), meaning);
  }

  template <typename Value, typename Read>
  void ReadList(const char* key, std::vector<Value>& value,
                const Meaning& meaning, Read read) {
    if (Skips(key, meaning)) return;
    const std::string before = TextOf(value);
    value.clear();
    for (const JsonTree& entry : Entries(key)) {
      status_ = read(entry, EntryPlace(PlaceOf(key), value.size()));
      if (!status_.ok()) return;
    }
    if (status_.ok()) Note(key, before, TextOf(value), meaning);
  }

  // The entries of a list; none after a failure.
  std::span<const JsonTree> Entries(const char* key) {
    const JsonTree* const found = json_.Find(key);
    if (found == nullptr || found->kind != Kind::kList) {
      status_ = ExpectedOption(json_, place_, key, "a list");
      return {};
    }
    if (found->items.size() > kMaxListEntries) {
      status_ = Refuse(PlaceOf(key),
                       "at most " + std::to_string(kMaxListEntries) +
                           " entries",
                       std::to_string(found->items.size()));
      return {};
    }
    return found->items;
  }

  // Null when the field is skipped or, as a failure, no object.
  const JsonTree* FindObject(const char* key, const Meaning& meaning) {
    if (Skips(key, meaning)) return nullptr;
    const JsonTree* const found = json_.Find(key);
    if (found != nullptr && found->kind == Kind::kObject) return found;
    status_ = ExpectedOption(json_, place_, key, "an object of options");
    return nullptr;
  }

  template <typename Number, typename Range>
  static bool IsWithin(Number value, const Range& range) {
    return value >= range.low && value <= range.high;
  }
  template <typename Number, typename Range>
  void CheckRange(const char* key, Number value, const Range& range,
                  const Meaning& meaning) {
    if (Skips(key, meaning) || IsWithin(value, range)) return;
    status_ = Refuse(PlaceOf(key), RangeText(range), TextOf(value));
  }

  void Take(Result<Selection> part, Selection& value) {
    status_ = part.status();
    if (part.ok()) value = *std::move(part);
  }

  void Note(const char* key, const std::string& before,
            const std::string& value, const Meaning& meaning) {
    if (read_ == nullptr || (meaning.optional && value == before)) return;
    (*read_)[PlaceOf(key)] = value;
  }

  const JsonTree& json_;
  const std::string& place_;
  OptionsRead* read_;
  Status status_;
};

Status CheckObject(const JsonTree& json, const std::string& place) {
  if (json.kind == Kind::kObject) return OkStatus();
  return Refuse(place, "an object of options", json.KindName());
}

}  // namespace

std::string EntryPlace(const std::string& place, size_t index) {
  return place + "[" + std::to_string(index) + "]";
}

Result<JsonTree> ParseObject(const std::string& text,
                             const std::string& place) {
  CREDO_ASSIGN_OR_RETURN(JsonTree json, ParseJson(text, place));
  CREDO_RETURN_IF_ERROR(CheckObject(json, place));
  return json;
}

Result<std::vector<JsonTree>> ParseObjects(const std::string& text,
                                           const std::string& place) {
  CREDO_ASSIGN_OR_RETURN(JsonTree json, ParseJson(text, place));
  if (json.kind != Kind::kList) {
    return Refuse(place, "a list of options", json.KindName());
  }
  if (json.items.size() > kMaxListEntries) {
    return Refuse(place,
                  "a list of at most " + std::to_string(kMaxListEntries) +
                      " options",
                  std::to_string(json.items.size()));
  }
  for (size_t i = 0; i < json.items.size(); ++i) {
    CREDO_RETURN_IF_ERROR(CheckObject(json.items[i], EntryPlace(place, i)));
  }
  return std::move(json.items);
}

Status ExpectedOption(const JsonTree& json, const std::string& place,
                      const std::string& key, const std::string& what) {
  const JsonTree* const found = json.Find(key);
  return Refuse(place + ": " + key, what,
                found == nullptr ? "none" : found->KindName());
}

Status ReadOptions(const JsonTree& json, const std::string& place,
                   Options& options, OptionsRead* read) {
  Reader reader(json, place, read);
  options.Visit(reader);
  CREDO_RETURN_IF_ERROR(reader.status());
  const std::optional<OptionProblem> problem = options.Check();
  if (!problem) return OkStatus();
  return InvalidArgument(place + ": " + problem->key + ": " +
                         problem->message);
}

Result<std::string> ReadKind(const JsonTree& json, const std::string& place) {
  const JsonTree* const kind = json.Find("kind");
  if (kind != nullptr && kind->kind == Kind::kText) return kind->text;
  return ExpectedOption(json, place, "kind", "a text");
}

Result<Selection> ReadPart(const JsonTree& json, const std::string& place,
                           const PartCatalog& catalog, OptionsRead* read) {
  CREDO_RETURN_IF_ERROR(CheckObject(json, place));
  CREDO_ASSIGN_OR_RETURN(std::string kind, ReadKind(json, place));
  const auto found = std::ranges::find(catalog, kind, &PartInfo::name);
  if (found == catalog.end()) {
    std::vector<std::string> names;
    for (const PartInfo& part : catalog) names.push_back(part.name);
    return Refuse(place + ": kind", OneOf(names), TextOf(kind));
  }
  if (read != nullptr) (*read)[place + ": kind"] = TextOf(kind);
  Selection part{std::move(kind), found->defaults()};
  CREDO_RETURN_IF_ERROR(ReadOptions(json, place, *part.options, read));
  return part;
}

}  // namespace credo::runtime
