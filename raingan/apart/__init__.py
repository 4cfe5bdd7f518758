"""Work on hostile files, each in a process of its own, so that a file can cost only itself.

parts.py      what goes in and out; the one interface, `Runner`
"""
