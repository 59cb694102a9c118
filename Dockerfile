# The software and its locked packages, for site, workers, daily run and migrations: docker/entrypoint.sh says which.
FROM python:3.11-slim

ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PIP_DISABLE_PIP_VERSION_CHECK=1 TZ=Asia/Tokyo
RUN useradd --system --create-home --uid 10001 backoffice \
    && install --directory --owner=backoffice /srv/evidence /srv/backups
WORKDIR /srv/backoffice

COPY requirements.txt ./
RUN pip install --no-cache-dir --require-hashes --no-deps -r requirements.txt

COPY manage.py pyproject.toml gunicorn.conf.py ./
COPY docker docker
COPY templates templates
COPY iijiot iijiot
COPY contracts contracts
COPY sims sims
COPY billing billing
RUN DEBUG=1 python manage.py messages --compile \
    && DEBUG=0 SECRET_KEY=only-for-this-step ALLOWED_HOSTS=localhost DATABASE_URL=postgresql:///none EVIDENCE_DIR=/srv/evidence \
       python manage.py collectstatic --no-input

USER backoffice
ENV EVIDENCE_DIR=/srv/evidence BACKUP_DIR=/srv/backups PORT=8000
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s CMD ["sh", "docker/entrypoint.sh", "alive"]
ENTRYPOINT ["sh", "docker/entrypoint.sh"]
CMD ["site"]
