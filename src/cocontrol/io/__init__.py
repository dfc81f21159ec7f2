"""Files in and out: readers and templates of tables, workspaces, runs, exports."""
