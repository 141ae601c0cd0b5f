# The image of every process: web by default; worker, beat and the others by their command (docker-compose.yml).
FROM python:3.13-slim-bookworm AS build
WORKDIR /app
RUN python -m venv /venv
COPY requirements/pdf.txt requirements/
RUN /venv/bin/pip install --no-cache-dir --require-hashes --only-binary :all: -r requirements/pdf.txt
COPY . .
ENV PATH=/venv/bin:$PATH STATIC_ROOT=/app/staticfiles
RUN SECRET_KEY=only-to-collect python manage.py collectstatic --no-input --verbosity 0 && python -c "from pathlib import Path; from slahub.translations import compile_all; compile_all(Path('locale'))" && python -m compileall -q /app

FROM python:3.13-slim-bookworm
# What WeasyPrint draws text with: agreements and reports as PDF.
RUN apt-get update && apt-get install -y --no-install-recommends libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-dejavu-core && rm -rf /var/lib/apt/lists/*
# Everything is owned by root: the processes cannot change the program that they run.
RUN useradd --system --uid 10001 --create-home slahub && install -d -o slahub -g slahub -m 700 /home/slahub/data /backups
WORKDIR /app
COPY --from=build /venv /venv
COPY --from=build /app /app
ENV PATH=/venv/bin:$PATH STATIC_ROOT=/app/staticfiles DATA_DIR=/home/slahub/data PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 LOG_FORMAT=json XDG_CACHE_HOME=/tmp
USER slahub
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8000/healthz', timeout=4)"]
CMD ["gunicorn", "slahub.wsgi", "--bind", "0.0.0.0:8000", "--worker-class", "slahub.stack.web_worker.ImpatientThreads", "--workers", "2", "--threads", "4", "--preload", "--worker-tmp-dir", "/dev/shm", "--no-control-socket"]
