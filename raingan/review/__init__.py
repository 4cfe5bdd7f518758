"""How people settle what the machine flagged, and what becomes of it.

    report -> fields -> a person's decisions (rows of their own) -> settle -> report as reviewed, with its trail

The machine's reading stays as it is in the ledger; decisions lie in a file of their own beside it, and are laid over
the reading whenever something is shown or written. So they outlive every new reading, and nothing is overwritten.
"""
