import sys
from pathlib import Path

import adrtool

# Negated scripts find their helper beside the harness, as they do when `verify` runs them.
sys.path.append(str(Path(adrtool.__file__).parent / "harness"))
