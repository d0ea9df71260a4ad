"""The page frame: templates, style sheets, scripts, and what every page declares."""
