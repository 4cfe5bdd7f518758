"""Pictures and texts of pages, made on demand in a process apart: a hostile file ends that, never the server."""
