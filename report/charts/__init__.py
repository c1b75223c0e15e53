"""Charts of results, as the heads of the saved queries ask for them."""
