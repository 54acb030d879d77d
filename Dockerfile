# Two stages: the first installs from the lock with hashes, the second holds only what runs, as a user without rights.
FROM python:3.13-slim-bookworm AS build
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1 PYTHONDONTWRITEBYTECODE=1
WORKDIR /srv/solmu
COPY requirements/uv.txt requirements/uv.txt
RUN python -m pip install --require-hashes -r requirements/uv.txt
COPY pyproject.toml uv.lock README.md LICENSE ./
RUN python -m uv sync --frozen --no-install-project --extra production --no-python-downloads
COPY . .
RUN python -m uv sync --frozen --extra production --no-python-downloads \
    # The dictionaries and the compiled texts are made once, here, and not at each start.
    && .venv/bin/python -m language \
    && SOLMU_DEMO=1 .venv/bin/python -c "from config.startup import compile_translations; from pathlib import Path; compile_translations([Path('locale')])" \
    && SOLMU_DEMO=0 SECRET_KEY=built-without-secrets-and-never-served-0123456789abcdefghij ALLOWED_HOSTS=localhost \
       SITE_URL=https://localhost EMAIL_URL=consolemail:// .venv/bin/solmu collectstatic --noinput --verbosity 0

FROM python:3.13-slim-bookworm
RUN useradd --system --uid 10001 --create-home --home-dir /var/lib/solmu --shell /usr/sbin/nologin solmu
ENV PATH=/srv/solmu/.venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 SOLMU_DATA=/var/lib/solmu
WORKDIR /srv/solmu
COPY --from=build /srv/solmu /srv/solmu
USER 10001
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=5s --start-period=60s --retries=4 \
    CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8000/readyz', timeout=4)"]
CMD ["uvicorn", "config.asgi:application", "--host", "0.0.0.0", "--port", "8000", "--lifespan", "on", "--no-access-log", "--no-server-header", "--timeout-graceful-shutdown", "5"]
