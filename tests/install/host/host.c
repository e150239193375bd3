/* Prints the version of the library; a file that is none is refused. */
#include <credo/credo.h>
#include <stdio.h>

int main(void) {
  credo_error error = CREDO_INIT(credo_error);
  credo_agent* agent = NULL;
  if (credo_agent_load_memory("no model", 8, NULL, &agent, &error) !=
      CREDO_DATA_LOSS) {
    return 1;
  }
  printf("%d: %s\n", (int)credo_version(), error.message);
  return 0;
}
