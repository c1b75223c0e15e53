"""Raw parts: fetch the items of a part and store them."""
