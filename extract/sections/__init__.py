"""A Document to the sections of its reports, by forms that are data (forms/*.toml)."""
