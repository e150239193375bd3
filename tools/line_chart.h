// A line chart as SVG.
#ifndef CREDO_TOOLS_LINE_CHART_H_
#define CREDO_TOOLS_LINE_CHART_H_

#include <string>
#include <utility>
#include <vector>

namespace credo {

struct ChartLine {
  std::string name;
  std::vector<std::pair<double, double>> points;  // x rising; NaN: a gap
};

struct Chart {
  std::string title;
  std::string x;  // what the axis shows, with its unit
  std::vector<ChartLine> lines;
};

// One <figure> of a page with axes, a few round ticks and a legend; empty when
// no line has a point. Long lines are thinned to what the picture can show.
std::string ChartToSvg(const Chart& chart);
// The same as a file of its own.
std::string ChartToSvgFile(const Chart& chart);

// `text` with & < > " escaped.
std::string EscapeHtml(const std::string& text);

}  // namespace credo

#endif  // CREDO_TOOLS_LINE_CHART_H_
