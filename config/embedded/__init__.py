"""One machine without an administrator: the environment, PostgreSQL and Valkey from wheels, one supervisor.

``bin/serve``, ``bin/manage``, ``bin/setup`` and ``bin/test`` are thin shells around these modules.
"""
