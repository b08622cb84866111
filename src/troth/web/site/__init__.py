"""What portal and console share: settings, headers, forms, limits, roles, language, the page around every page."""
