# The name of the Debian release is the version of pg_dump: trixie has 17, as the service db.
FROM python:3.11-slim-trixie
ENV PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 SLRT_VAR=/data SLRT_STATIC_ROOT=/app/staticfiles
# The nightly backup needs a pg_dump that is not older than the server.
RUN apt-get update && apt-get install -y --no-install-recommends postgresql-client && rm -rf /var/lib/apt/lists/*
WORKDIR /app
COPY requirements.txt .
RUN pip install --no-cache-dir --require-hashes --no-deps -r requirements.txt
COPY . .
RUN useradd --system --uid 10001 slrt && mkdir -p /data \
 && DJANGO_SETTINGS_MODULE=slrt.settings.production DATABASE_URL=postgresql://x@localhost/x SLRT_SECRET_KEY=build-only \
    SLRT_FIELD_KEYS=b:MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY= SLRT_INDEX_KEY=ZmVkY2JhOTg3NjU0MzIxMGZlZGNiYTk4NzY1NDMyMTA= \
    python manage.py collectstatic --noinput
RUN chown -R slrt /data
USER slrt
VOLUME /data
EXPOSE 8000
CMD ["python", "-m", "gunicorn", "slrt.wsgi", "--bind", "0.0.0.0:8000", "--workers", "3", "--threads", "4"]
