"""The composition root and the ground everything stands on."""
