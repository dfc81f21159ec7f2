"""Pages about the inventory as a whole: what it lacks, how sure it is, what matters most, how targets fare, where it lies."""
