"""From emissions to concentrations by a source-receptor matrix, and from concentrations to health."""
