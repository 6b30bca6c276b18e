"""Releases and the public portal: what the house says to everybody, numbered and never changed."""
