"""People: accounts with a role and a region, and what each of them may see and do."""
