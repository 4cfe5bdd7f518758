"""Home of the line recogniser: texts, faces, damaged line pictures, training, evaluation, export. Not installed."""
