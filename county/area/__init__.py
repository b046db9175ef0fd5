"""One county is data: reading ``config/areas/<name>.toml``, checking it whole, loading it section by section.

Each app loads its own sections through ``common.seams.area``: ``provider(area: AreaFile, report: AreaReport)``.
"""

from county.area.file import AreaError, AreaFile
from county.area.load import load_area
from county.area.report import AreaReport
from county.area.rows import sync_rows

__all__ = ["AreaError", "AreaFile", "AreaReport", "load_area", "sync_rows"]
