"""The demonstration: a fictional country, its sites and twelve weeks of visits, sent as phones send them.

Nothing here stands for a real place. The main job runs over it exactly as it runs for an operation.
"""
