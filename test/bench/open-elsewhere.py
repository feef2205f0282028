"""Runs the Python of docs/recording-format.md as it stands there, on a recording.

    pip install pyarrow duckdb pandas polars
    python test/bench/open-elsewhere.py infer-diag-recording-1
"""

import os
import re
import sys
from importlib.metadata import version
from pathlib import Path

specification = Path(__file__).parents[2] / "docs" / "recording-format.md"
blocks = re.findall(r"```python\n(.*?)```", specification.read_text(), re.S)
os.chdir(sys.argv[1])
exec("\n".join(blocks), {})
print(", ".join(f"{name} {version(name)}" for name in ("pyarrow", "pandas", "duckdb", "polars")))
