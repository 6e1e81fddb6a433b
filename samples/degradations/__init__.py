"""What scanners, copiers, faxes, telephones and people do to a page: a clean rendering in, the file's bytes and the page's fate out.

Called by the generator and by everything that measures how paper is read. Every effect takes its chance from the generator handed in, so
that a run can be repeated.
"""

from samples.degradations.fate import PageFate
from samples.degradations.scans import KINDS, degrade

__all__ = ["KINDS", "PageFate", "degrade"]
