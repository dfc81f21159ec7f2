"""The command line. Each module with a ``register(app, language)`` function adds its commands by itself."""
