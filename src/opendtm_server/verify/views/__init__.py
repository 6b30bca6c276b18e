"""The pages of this room: findings, a submission with its answers, and the sign-off of a round."""
