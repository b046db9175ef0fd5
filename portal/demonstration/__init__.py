"""The demonstration: an invented year of a real-sized county, made through the same verbs that people use.

Everything is dated back from the day it is loaded. Names, sums and numbers are invented; organisations carry
numbers that no register has given. Loading again changes nothing.
"""

from portal.demonstration.load import load_demonstration

__all__ = ["load_demonstration"]
