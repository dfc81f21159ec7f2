"""Pages of the planning application."""
