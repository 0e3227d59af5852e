"""The demo company: a firm selling industrial lubricants, its people and some 300 customers.

The same on every machine (one random seed), dated back from the day it is made. Telephone numbers
are from ranges that were never given out; names are put together from lists.
"""
