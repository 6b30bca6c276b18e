"""How often Python looks for what is only held by itself.

The catalogue, the models and what was read of them are some hundred thousand objects that never go. Python looks them
all over each time it looks for garbage among what is old: a quarter of a second, several times a minute of work.
"""

import gc

OLD_AFTER = 200  # looks at what is young, where Python itself takes 10


def look_seldom() -> None:
    """Let what starting up left behind go, and look over what is old less often from now on."""
    gc.collect()
    young, middle, _old = gc.get_threshold()
    gc.set_threshold(young, middle, OLD_AFTER)
