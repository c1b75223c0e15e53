"""JSON text of raw records: decoding it, or what is readable of it."""
