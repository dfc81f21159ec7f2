"""Charts drawn by the server as SVG, for pages without script and for print."""
