"""Plans on the site: their text, what the parser proposes, and what people decided about it."""
