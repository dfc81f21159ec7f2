"""Product use: fluorinated gases from banks of equipment (`hfc_bank`)."""
