"""The pages of a request as forms, one thing a page; what they may ask is given to them, and they cannot ask more."""

from __future__ import annotations

from typing import Any, Final

import holidays
