#include "examples/game_loop/chart.h"

#include <algorithm>
#include <fstream>
#include <sstream>

namespace game_loop {
namespace {

constexpr double kWidth = 640, kHeight = 160, kLeft = 60, kGap = 40;

class Panel {
 public:
  // `top` of the panel, `seconds` wide, values from 0 to `highest`.
  Panel(double top, size_t seconds, double highest)
      : top_(top), seconds_(static_cast<double>(seconds)), highest_(highest) {}

  std::string Frame(const std::string& title) const {
    std::ostringstream out;
    out << "<rect x='" << kLeft << "' y='" << top_ << "' width='" << kWidth
        << "' height='" << kHeight << "' fill='none' stroke='#999'/>"
        << Text(kLeft, top_ - 6, title)
        << Text(4, top_ + 10, Short(highest_))
        << Text(4, top_ + kHeight, "0")
        << Text(kLeft + kWidth - 30, top_ + kHeight + 14,
                Short(seconds_) + " s");
    return out.str();
  }

  std::string Line(const std::vector<double>& values,
                   const char* colour) const {
    std::ostringstream out;
    out << "<polyline fill='none' stroke='" << colour
        << "' stroke-width='1.5' points='";
    for (size_t i = 0; i < values.size(); ++i) {
      const double x =
          kLeft + kWidth * (static_cast<double>(i) + 0.5) / seconds_;
      const double y =
          top_ + kHeight * (1 - std::min(values[i] / highest_, 1.0));
      out << x << "," << y << " ";
    }
    out << "'/>\n";
    return out.str();
  }

 private:
  static std::string Short(double number) {
    std::ostringstream out;
    out.precision(3);
    out << number;
    return out.str();
  }
  static std::string Text(double x, double y, const std::string& text) {
    std::ostringstream out;
    out << "<text x='" << x << "' y='" << y << "'>" << text << "</text>\n";
    return out.str();
  }

  double top_;
  double seconds_;
  double highest_;
};

// Means over `window` seconds, of those in which episodes ended.
std::vector<double> Smooth(const std::vector<Second>& seconds, size_t window) {
  std::vector<double> smooth;
  for (size_t i = 0; i < seconds.size(); ++i) {
    double sum = 0;
    int count = 0;
    for (size_t j = i + 1 - std::min(window, i + 1); j <= i; ++j) {
      sum += seconds[j].mean_return * seconds[j].episodes;
      count += seconds[j].episodes;
    }
    smooth.push_back(count > 0 ? sum / count : 0);
  }
  return smooth;
}

double Highest(const std::vector<double>& values) {
  return values.empty() ? 1 : std::max(1.0, *std::ranges::max_element(values));
}

}  // namespace

void WriteChart(const std::string& file, const std::vector<Second>& seconds) {
  const std::vector<double> returns = Smooth(seconds, 10);
  std::vector<double> p50, p99;
  for (const Second& second : seconds) {
    p50.push_back(second.p50);
    p99.push_back(second.p99);
  }
  const Panel above(24, seconds.size(), Highest(returns));
  const Panel below(24 + kHeight + kGap, seconds.size(), Highest(p99));
  std::ofstream(file)
      << "<svg xmlns='http://www.w3.org/2000/svg' width='"
      << kLeft + kWidth + 10 << "' height='" << 2 * kHeight + kGap + 44
      << "' font-family='sans-serif' font-size='12'>\n"
      << above.Frame("return of an episode, mean of ten seconds")
      << above.Line(returns, "#1f77b4")
      << below.Frame("tick, microseconds so far: p50 (blue), p99 (red)")
      << below.Line(p50, "#1f77b4") << below.Line(p99, "#d62728")
      << "</svg>\n";
}

}  // namespace game_loop
