# The web server and the worker in one image; compose.yaml says which command runs.
FROM python:3.11-slim-bookworm AS built

ENV UV_COMPILE_BYTECODE=1 UV_LINK_MODE=copy UV_PROJECT_ENVIRONMENT=/app/.venv
WORKDIR /app
RUN pip install --no-cache-dir 'uv>=0.8'
COPY pyproject.toml uv.lock README.md ./
RUN uv sync --frozen --no-dev --no-install-project --no-python-downloads
COPY manage.py LICENSE ./
COPY src src
COPY plans plans
COPY sample sample
COPY locale locale
# Editable: the settings find plans/, sample/ and locale/ beside src/.
RUN uv pip install --python .venv/bin/python --no-deps --editable . \
    && for text in locale/*/LC_MESSAGES/*.po; do .venv/bin/pybabel --quiet compile --input-file="$text" --output-file="${text%.po}.mo"; done \
    # Only to collect files: these secrets are in no running server.
    && SECRET_KEY=collect INDEX_KEY=collect ENCRYPTION_KEY=collect .venv/bin/haixing collectstatic --no-input --verbosity 0

FROM python:3.11-slim-bookworm
RUN useradd --system --uid 10001 --home-dir /app haixing
WORKDIR /app
COPY --from=built --chown=root:root /app /app
ENV PATH=/app/.venv/bin:$PATH PYTHONUNBUFFERED=1 STATIC_ROOT=/app/staticfiles WEB_WORKERS=2 WEB_THREADS=4
USER haixing
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s \
    CMD python -c "from urllib.request import urlopen; urlopen('http://127.0.0.1:8000/health/', timeout=4)"
CMD ["sh", "-c", "exec granian --interface wsgi --host 0.0.0.0 --port 8000 --no-ws --workers \"$WEB_WORKERS\" --blocking-threads \"$WEB_THREADS\" haixing.config.wsgi:application"]
