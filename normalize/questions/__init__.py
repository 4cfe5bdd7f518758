"""What deserves a question: patterns over years and agencies that an auditor would ask about, never a finding.

points.py   a report as a point of its series, past two gates
rules.py    the rules, plain figures in, yes or no out; thresholds in `normalize/data/questions.toml`
asked.py    each rule over an archive: which points it is held against, and what it says
gather.py   all points of a run on disk, so that memory stays flat
"""
