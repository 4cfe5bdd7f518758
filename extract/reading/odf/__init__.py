"""OpenDocument files: texts (.odt) and sheets (.ods), read without LibreOffice."""
