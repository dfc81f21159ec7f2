"""Assessment: targets against indicators, with verdicts that say why. Missing data is never "met"."""
