# Two stages: the first has pip's leavings, the second only what runs.
ARG BASE=python:3.12-slim
FROM ${BASE} AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
COPY requirements.txt /build/requirements.txt
RUN python3 -m venv /opt/venv \
    && /opt/venv/bin/pip install --require-hashes -r /build/requirements.txt
COPY . /srv/dakehu
WORKDIR /srv/dakehu
# Collecting reads the settings, and they want to know of a database and a key; neither is used.
RUN SECRET_KEY=only-to-collect DATABASE_URL=postgresql://nobody@localhost/none \
    /opt/venv/bin/python manage.py collectstatic --noinput --verbosity 0 \
    && /opt/venv/bin/python -m compileall -q config staff accounts development visits complaints

FROM ${BASE}
RUN useradd --system --uid 10001 --home-dir /srv/dakehu --shell /usr/sbin/nologin dakehu \
    && install -d -o dakehu -g dakehu /var/lib/dakehu/media /var/lib/dakehu/backups
COPY --from=build /opt/venv /opt/venv
COPY --from=build /srv/dakehu /srv/dakehu
WORKDIR /srv/dakehu
ENV PATH=/opt/venv/bin:$PATH PYTHONUNBUFFERED=1 MEDIA_ROOT=/var/lib/dakehu/media WEB_CONCURRENCY=2
USER dakehu
VOLUME ["/var/lib/dakehu/media", "/var/lib/dakehu/backups"]
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/health/live', timeout=4)"]
CMD ["gunicorn", "config.wsgi", "--bind=0.0.0.0:8000", "--threads=4", "--no-control-socket", \
     "--worker-tmp-dir=/dev/shm", "--graceful-timeout=30", "--access-logfile=-"]
