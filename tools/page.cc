#include "tools/page.h"

#include <cstdio>

namespace credo {
namespace {

constexpr char kBegin[] = R"(<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Credo: )";

constexpr char kStyle[] = R"(</title>
<style>
body{font:15px/1.5 system-ui,sans-serif;max-width:1120px;margin:2em auto;
padding:0 1em;color:#222}
h1{font-size:1.6em}h2{margin-top:2em;border-bottom:1px solid #ccc}
table{border-collapse:collapse;margin:1em 0}
th,td{padding:.25em .8em;text-align:right;border-bottom:1px solid #e4e4e4}
th:first-child,td:first-child{text-align:left}
td small{color:#777;display:block;line-height:1.1}
figure{display:inline-block;width:520px;margin:.5em;vertical-align:top}
figure.wide{width:auto;display:block}figure.wide img{max-width:100%;
image-rendering:pixelated;border:1px solid #ddd}
figcaption{font-weight:600}svg{width:100%}svg text{font-size:11px;fill:#555}
svg .grid{stroke:#e4e4e4}
.legend span{margin-right:1em;font-size:.85em;white-space:nowrap}
.legend i{display:inline-block;width:22px;margin-right:4px;vertical-align:4px}
.note{background:#f6f4e8;padding:.6em 1em;border-left:4px solid #d9c46a}
pre{background:#f6f6f6;padding:1em;overflow:auto}
</style></head><body>
)";

}  // namespace

std::string PageHead(const std::string& title, const std::string& note) {
  return kBegin + title + kStyle + "<h1>" + title +
         "</h1>\n<p class=\"note\">" + note + "</p>\n";
}

std::string PageEnd() { return "</body></html>\n"; }

std::string Row(const std::vector<std::string>& cells, const char* tag) {
  std::string row = "<tr>";
  for (const std::string& cell : cells) {
    row += std::string("<") + tag + ">" + cell + "</" + tag + ">";
  }
  return row + "</tr>\n";
}

std::string Fixed(double value, int digits) {
  if (value != value) return "–";
  char text[32];
  std::snprintf(text, sizeof(text), "%.*f", digits, value);
  return text;
}

}  // namespace credo
