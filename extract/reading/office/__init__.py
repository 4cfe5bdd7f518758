"""Old Office files (.doc, .rtf, .odt), by way of LibreOffice where it is installed."""
