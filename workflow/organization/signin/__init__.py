"""Logging in: second factors, passwords of the past, lock-outs, log-ins under way, single sign-on."""
