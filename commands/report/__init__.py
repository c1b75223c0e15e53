"""make report: runs the saved queries, and writes the page about them."""
