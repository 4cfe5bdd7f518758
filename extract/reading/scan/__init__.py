"""Pages that are pictures: page work, line cutting, reading, and the way back to lines of a page."""
