"""The pages about runs; each module answers one question."""
