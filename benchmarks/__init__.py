"""Times against peers; nothing of it is in the wheel."""
