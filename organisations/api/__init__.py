"""Open data: what the registry says in public, for machines. Version 1 under ``/api/v1/``, described for people at
``/avoin-data/`` and for programs in ``/api/v1/openapi.json``.
"""
