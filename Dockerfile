# syntax=docker/dockerfile:1
FROM python:3.13-slim-bookworm AS packages
WORKDIR /app
COPY requirements.txt .
RUN python -m venv /app/.venv \
 && /app/.venv/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes -r requirements.txt

FROM python:3.13-slim-bookworm
# hadolint ignore=DL3008
RUN apt-get update \
 && apt-get install -y --no-install-recommends \
      libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-liberation gettext \
 && rm -rf /var/lib/apt/lists/* \
 && groupadd --system --gid 10001 lonja \
 && useradd --system --uid 10001 --gid 10001 --no-create-home lonja \
 && install -d -o lonja -g lonja /var/lib/lonja /var/lib/lonja/files
WORKDIR /app
COPY --from=packages /app/.venv /app/.venv
COPY . .
ENV PATH=/app/.venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    LONJA_STATE_DIR=/var/lib/lonja \
    LONJA_STATIC_ROOT=/app/staticfiles \
    HOST=0.0.0.0 \
    PORT=8000
# Building files needs no secret and no database: demo mode collects them as production does.
RUN LONJA_MODE=demo SECRET_KEY=unused python manage.py prepare_files
ENV LONJA_MODE=production
USER 10001:10001
EXPOSE 8000
CMD ["gunicorn", "--config", "python:config.gunicorn"]
