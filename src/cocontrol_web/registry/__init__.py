"""Workspaces, the tables that they declare, and the checking of files before they enter."""
