"""Rows of every table: batches built from decoded responses, and buffers that collect them."""
