"""Serves a world of your own to `credo train`:

    world: {kind: process, command: [python3, -m, credo.serve, my_module:World]}
"""

import importlib
import sys

from credo import world


def main():
    if len(sys.argv) < 2 or ":" not in sys.argv[1]:
        sys.exit("credo.serve: expected MODULE:CLASS, found "
                 f"{' '.join(sys.argv[1:]) or 'nothing'}")
    module, name = sys.argv[1].split(":", 1)
    sys.path.insert(0, "")
    made = getattr(importlib.import_module(module), name)
    world.serve(made(*sys.argv[2:]))


if __name__ == "__main__":
    main()
