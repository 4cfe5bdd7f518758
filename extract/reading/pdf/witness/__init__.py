"""The page as people see it, held against what its text layer says."""
