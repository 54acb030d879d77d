# syntax=docker/dockerfile:1
# Two stages: packages are installed in the first, and only what runs goes into the second.

FROM python:3.13-slim-bookworm AS build
COPY requirements/uv.txt /tmp/uv.txt
RUN pip install --no-cache-dir --require-hashes -r /tmp/uv.txt
ENV UV_LINK_MODE=copy \
    UV_COMPILE_BYTECODE=1 \
    UV_PYTHON_DOWNLOADS=never \
    UV_PROJECT_ENVIRONMENT=/srv/solmu/.venv
WORKDIR /srv/solmu
# Packages first: this layer stays as long as the lock does.
COPY pyproject.toml uv.lock ./
RUN uv sync --frozen --no-install-project --extra production
COPY . .
RUN uv sync --frozen --extra production
# Dictionaries, translations and static files are part of the image. A command that opens no port needs no secret of an installation.
RUN .venv/bin/python -m language \
    && SOLMU_DEMO=1 .venv/bin/solmu compile_translations \
    && SECRET_KEY=only-while-the-image-is-built-0123456789-abcdefghijklmnopq ALLOWED_HOSTS=build \
       SITE_URL=https://build.invalid EMAIL_URL=dummymail:// \
       .venv/bin/solmu collectstatic --noinput --verbosity 0

FROM python:3.13-slim-bookworm
RUN groupadd --system --gid 10001 solmu \
    && useradd --system --uid 10001 --gid solmu --home-dir /srv/solmu --no-create-home solmu \
    && install --directory --owner solmu --group solmu /var/lib/solmu
COPY --from=build --chown=root:root /srv/solmu /srv/solmu
ENV PATH=/srv/solmu/.venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    DJANGO_SETTINGS_MODULE=config.settings \
    SOLMU_DATA=/var/lib/solmu
WORKDIR /srv/solmu
USER 10001:10001
VOLUME /var/lib/solmu
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s --retries=3 \
    CMD ["python", "-c", "import urllib.request as r; r.urlopen(r.Request('http://127.0.0.1:8000/healthz', headers={'Host': __import__('os').environ['ALLOWED_HOSTS'].split(',')[0]}), timeout=4)"]
CMD ["uvicorn", "config.asgi:application", "--host", "0.0.0.0", "--port", "8000", "--lifespan", "on", \
     "--no-proxy-headers", "--no-server-header", "--no-access-log", "--timeout-graceful-shutdown", "20", \
     "--ws-per-message-deflate", "false"]
