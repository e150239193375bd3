#include "tools/line_chart.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <limits>

namespace credo {
namespace {

constexpr double kWidth = 520;
constexpr double kHeight = 260;
constexpr double kLeft = 56;
constexpr double kRight = 12;
constexpr double kTop = 10;
constexpr double kBottom = 36;
constexpr size_t kMostPoints = 400;  // of a line

// Told apart by people who see red and green alike, too.
constexpr std::array<const char*, 8> kColours = {
    "#0072b2", "#d55e00", "#009e73", "#cc79a7",
    "#e69f00", "#56b4e9", "#000000", "#999999"};

// And after these the same again, dashed and dotted.
struct Stroke {
  const char* dashes;  // SVG's stroke-dasharray
  const char* style;   // of a border in the legend
};
constexpr std::array<Stroke, 3> kStrokes = {
    {{"", "solid"}, {"7 4", "dashed"}, {"1.5 4", "dotted"}}};

const char* ColourOf(size_t line) { return kColours[line % kColours.size()]; }
const Stroke& StrokeOf(size_t line) {
  return kStrokes[line / kColours.size() % kStrokes.size()];
}

struct Range {
  double low = std::numeric_limits<double>::infinity();
  double high = -std::numeric_limits<double>::infinity();

  void Include(double value) {
    low = std::min(low, value);
    high = std::max(high, value);
  }
  bool empty() const { return low > high; }
  // Some width even when all values are equal, or as good as that: ticks within
  // it must be different numbers.
  void Widen() {
    const double size = std::max(std::fabs(low), std::fabs(high));
    if (high - low > 1e-12 + 1e-9 * size) return;
    const double margin = std::max(0.5, 1e-3 * size);
    low -= margin;
    high += margin;
  }
};

std::string Text(double value, const char* format = "%.4g") {
  char text[32];
  std::snprintf(text, sizeof(text), format, value);
  return text;
}

// Round numbers within the range, two to seven of them.
std::vector<double> Ticks(const Range& range) {
  const double raw = (range.high - range.low) / 6;
  const double power = std::pow(10, std::floor(std::log10(raw)));
  double step = 10 * power;
  for (const double factor : {1.0, 2.0, 5.0}) {
    if (factor * power >= raw) {
      step = factor * power;
      break;
    }
  }
  std::vector<double> ticks;
  for (double at = std::ceil(range.low / step) * step;
       at <= range.high + step * 1e-9; at += step) {
    ticks.push_back(std::fabs(at) < step * 1e-9 ? 0 : at);
  }
  return ticks;
}

class Drawing {
 public:
  explicit Drawing(const Chart& chart) : chart_(chart) {
    for (const ChartLine& line : chart.lines) {
      for (const auto& [x, y] : line.points) {
        if (!std::isfinite(x) || !std::isfinite(y)) continue;
        x_.Include(x);
        y_.Include(y);
      }
    }
    if (x_.empty()) return;
    x_.Widen();
    y_.Widen();
  }

  std::string Svg() const {
    if (x_.empty()) return "";
    return "<figure><figcaption>" + EscapeHtml(chart_.title) +
           "</figcaption>\n<svg viewBox=\"0 0 520 260\" role=\"img\" "
           "aria-label=\"" +
           EscapeHtml(chart_.title) + "\">\n" + Plot() + "</svg>\n" + Legend() +
           "</figure>\n";
  }

  std::string SvgFile() const {
    if (x_.empty()) return "";
    constexpr double kTitle = 22;
    constexpr double kRow = 16;  // of the legend, to the right of the plot
    const double height = std::max(
        kHeight, kTop + kRow * static_cast<double>(chart_.lines.size() + 1));
    std::string svg =
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"720\" height=\"" +
        Text(kTitle + height) +
        "\" font-family=\"sans-serif\" font-size=\"11\">\n"
        "<style>.grid{stroke:#e4e4e4}</style>\n"
        "<rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n"
        "<text x=\"8\" y=\"16\" font-weight=\"bold\">" +
        EscapeHtml(chart_.title) + "</text>\n<g transform=\"translate(0 " +
        Text(kTitle) + ")\">\n" + Plot();
    for (size_t i = 0; i < chart_.lines.size(); ++i) {
      const double y = kTop + kRow * static_cast<double>(i + 1);
      svg += Stroked("M528 " + Text(y - 4) + "h22", ColourOf(i), StrokeOf(i)) +
             "<text x=\"556\" y=\"" + Text(y) + "\">" +
             EscapeHtml(chart_.lines[i].name) + "</text>\n";
    }
    return svg + "</g>\n</svg>\n";
  }

 private:
  double X(double x) const {
    return kLeft +
           (x - x_.low) / (x_.high - x_.low) * (kWidth - kLeft - kRight);
  }
  double Y(double y) const {
    return kHeight - kBottom -
           (y - y_.low) / (y_.high - y_.low) * (kHeight - kTop - kBottom);
  }

  std::string Plot() const {
    std::string svg = Axes();
    for (size_t i = 0; i < chart_.lines.size(); ++i) {
      svg += Line(chart_.lines[i], ColourOf(i), StrokeOf(i));
    }
    return svg;
  }

  std::string Axes() const {
    std::string svg;
    for (const double tick : Ticks(y_)) {
      const std::string y = Text(Y(tick), "%.1f");
      svg += "<line class=\"grid\" x1=\"56\" x2=\"508\" y1=\"" + y +
             "\" y2=\"" + y + "\"/><text x=\"50\" y=\"" + y +
             "\" dy=\"4\" text-anchor=\"end\">" + Text(tick) + "</text>\n";
    }
    for (const double tick : Ticks(x_)) {
      svg += "<text x=\"" + Text(X(tick), "%.1f") +
             "\" y=\"240\" text-anchor=\"middle\">" + Text(tick) + "</text>\n";
    }
    return svg + "<text x=\"282\" y=\"256\" text-anchor=\"middle\">" +
           EscapeHtml(chart_.x) + "</text>\n";
  }

  std::string Line(const ChartLine& line, const char* colour,
                   const Stroke& stroke) const {
    const size_t stride =
        std::max<size_t>(1, line.points.size() / kMostPoints);
    std::string path;
    bool open = false;
    for (size_t i = 0; i < line.points.size(); ++i) {
      if (i % stride != 0 && i + 1 != line.points.size()) continue;
      const auto& [x, y] = line.points[i];
      if (!std::isfinite(x) || !std::isfinite(y)) {
        open = false;
        continue;
      }
      path += (open ? "L" : "M") + Text(X(x), "%.1f") + " " +
              Text(Y(y), "%.1f");
      // A line of no length, so that a point between gaps is seen.
      if (!open) path += "h0";
      open = true;
    }
    return Stroked(path, colour, stroke);
  }

  static std::string Stroked(const std::string& path, const char* colour,
                             const Stroke& stroke) {
    return "<path fill=\"none\" stroke-width=\"1.6\" "
           "stroke-linecap=\"round\" stroke-dasharray=\"" +
           std::string(stroke.dashes) + "\" stroke=\"" + colour + "\" d=\"" +
           path + "\"/>\n";
  }

  std::string Legend() const {
    std::string html = "<div class=\"legend\">";
    for (size_t i = 0; i < chart_.lines.size(); ++i) {
      html += "<span><i style=\"border-top:4px " +
              std::string(StrokeOf(i).style) + " " + ColourOf(i) +
              "\"></i>" +
              EscapeHtml(chart_.lines[i].name) + "</span> ";
    }
    return html + "</div>\n";
  }

  const Chart& chart_;
  Range x_;
  Range y_;
};

}  // namespace

std::string ChartToSvg(const Chart& chart) { return Drawing(chart).Svg(); }

std::string ChartToSvgFile(const Chart& chart) {
  return Drawing(chart).SvgFile();
}

std::string EscapeHtml(const std::string& text) {
  std::string escaped;
  for (const char c : text) {
    switch (c) {
      case '&': escaped += "&amp;"; break;
      case '<': escaped += "&lt;"; break;
      case '>': escaped += "&gt;"; break;
      case '"': escaped += "&quot;"; break;
      default: escaped += c;
    }
  }
  return escaped;
}

}  // namespace credo
