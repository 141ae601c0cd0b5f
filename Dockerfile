# The image of every process: web by default, worker and beat by their command.
FROM python:3.13-slim AS build
WORKDIR /app
RUN python -m venv /venv
COPY requirements/runtime.txt requirements/runtime.txt
RUN /venv/bin/pip install --no-cache-dir --require-hashes --only-binary :all: -r requirements/runtime.txt
COPY . .
ENV PATH=/venv/bin:$PATH STATIC_ROOT=/app/staticfiles
RUN SECRET_KEY=only-to-collect python manage.py collectstatic --no-input --verbosity 0 \
    && python -c "from pathlib import Path; from slahub.translations import compile_all; compile_all(Path('locale'))"

FROM python:3.13-slim
RUN useradd --system --uid 10001 --create-home slahub
WORKDIR /app
COPY --from=build /venv /venv
COPY --from=build --chown=slahub:slahub /app /app
ENV PATH=/venv/bin:$PATH STATIC_ROOT=/app/staticfiles DATA_DIR=/home/slahub/data PYTHONUNBUFFERED=1 LOG_FORMAT=json
USER slahub
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s \
    CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8000/healthz', timeout=4)"]
CMD ["gunicorn", "slahub.wsgi", "--bind", "0.0.0.0:8000", "--worker-class", "gthread", "--workers", "2", "--threads", "4", "--preload", "--worker-tmp-dir", "/dev/shm", "--no-control-socket"]
