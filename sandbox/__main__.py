"""``python -m sandbox`` in the module's folder, or ``python <module folder>/sandbox`` from anywhere."""

import os
import sys

if not __package__:
    # Started as a folder: this folder must not be a place where top-level modules are looked for.
    here = os.path.dirname(os.path.abspath(__file__))
    sys.path[:] = [path for path in sys.path if os.path.abspath(path or ".") != here]
    sys.path.insert(0, os.path.dirname(here))
    from sandbox.server import main
else:
    from .server import main

main()
