"""What all stages import: the records, their bytes and their JSON, and the sentences of codes."""
