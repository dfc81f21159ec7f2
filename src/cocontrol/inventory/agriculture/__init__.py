"""Agriculture: methane of manure (`manure`)."""
