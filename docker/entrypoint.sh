#!/bin/sh
# What a container does: site, worker, daily, migrate, alive, or any command of manage.py.
set -eu
cd "$(dirname "$0")/.."
python="${PYTHON:-python}"

seconds_until() {
    echo $(($(date --date "tomorrow $1" +%s) - $(date +%s)))
}

case "${1:-site}" in
    site)
        # One process more than there are cores, each with threads: most of a request's time is the database's.
        exec "$python" -m gunicorn iijiot.wsgi --bind "0.0.0.0:${PORT:-8000}" \
            --workers "${SITE_PROCESSES:-3}" --threads 4 --timeout 60 --access-logfile - --worker-tmp-dir /dev/shm
        ;;
    worker)
        exec "$python" manage.py worker
        ;;
    daily)
        # At once, for the days that passed while nothing ran; then soon after each midnight in Tokyo.
        while "$python" manage.py advance_day; do
            sleep "$(seconds_until 00:05)"
        done
        ;;
    migrate)
        exec "$python" manage.py migrate --no-input
        ;;
    alive)
        exec "$python" -c "from urllib.request import urlopen; urlopen('http://127.0.0.1:${PORT:-8000}/livez', timeout=4)"
        ;;
    *)
        exec "$python" manage.py "$@"
        ;;
esac
