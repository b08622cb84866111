"""The invented values stand beside the tests that use them."""

import sys
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parent)]
