"""How passwords are hashed: Argon2id with what OWASP asks for and a small machine can bear.

Django's own choice takes 100 MiB for every sign-in; a house with four threads a worker would have to keep
half a gigabyte free for people who sign in at the same moment.
"""

from django.contrib.auth.hashers import Argon2PasswordHasher


class HousePasswordHasher(Argon2PasswordHasher):
    """Argon2id over 46 MiB, twice, in one lane; hashes made with other numbers are renewed at the next login."""

    time_cost = 2
    memory_cost = 46 * 1024  # KiB
    parallelism = 1
