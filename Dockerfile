# One image for web, worker, beat and prepare; docker-compose.yml says which command each runs.
FROM python:3.13-slim

RUN apt-get update \
    && apt-get install -y --no-install-recommends libpangoft2-1.0-0 libharfbuzz-subset0 \
    && rm -rf /var/lib/apt/lists/*

ENV PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    PIP_NO_CACHE_DIR=1 \
    DJANGO_SETTINGS_MODULE=config.settings.production \
    PORTAL_DATA_DIR=/var/lib/portal

WORKDIR /srv/portal

# The packages change more rarely than the code.
COPY requirements.txt requirements-dev.txt ./
COPY bin/setup bin/lib.sh bin/
COPY config/embedded/setup.py config/embedded/
RUN bin/setup

# Once more for the catalogues; nothing else is left to do.
COPY . .
RUN bin/setup \
    && useradd --system --uid 10001 --home-dir /var/lib/portal --create-home portal

ENV PATH=/srv/portal/.venv/bin:$PATH
USER portal
VOLUME /var/lib/portal
EXPOSE 8000

CMD ["gunicorn", "config.wsgi:application", "--bind", "0.0.0.0:8000", "--workers", "2", "--threads", "4", "--no-sendfile", "--no-control-socket", "--timeout", "60"]
