// A self-contained page of HTML.
#ifndef CREDO_TOOLS_PAGE_H_
#define CREDO_TOOLS_PAGE_H_

#include <string>
#include <vector>

namespace credo {

// All up to the first section: how the page looks, its title, and what readers
// must know. Both are HTML.
std::string PageHead(const std::string& title, const std::string& note);
// The end of it.
std::string PageEnd();

// A row of a table; cells are HTML, `tag` is td or th.
std::string Row(const std::vector<std::string>& cells, const char* tag);

// A number with so many digits behind the point; a dash when it is NaN.
std::string Fixed(double value, int digits);

}  // namespace credo

#endif  // CREDO_TOOLS_PAGE_H_
