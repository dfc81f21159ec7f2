"""The API: everything that the pages can do, described by OpenAPI."""
