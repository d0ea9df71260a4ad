"""Read by Python at the start of a served application that a journey lets live on another day.

The folder stands in PYTHONPATH of those processes alone.  The file named by MOVED_CLOCK says by how many seconds their
clock is ahead; the journey may write it anew at any time.  The product itself knows nothing of this.
"""

from __future__ import annotations

import datetime as dt
import os
from pathlib import Path

from config import clock

ahead = Path(os.environ["MOVED_CLOCK"])


def now() -> dt.datetime:
    """The moment it is to be."""
    return dt.datetime.now(dt.UTC) + dt.timedelta(seconds=float(ahead.read_text()))


clock.now = now
