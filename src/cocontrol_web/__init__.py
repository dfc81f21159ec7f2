"""The pages and the API of Cocontrol: a Django project over the library's runs."""
