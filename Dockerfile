# Two stages: what installs stays behind, what runs is Python, the locked packages and the bot.

FROM python:3.11-slim AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
WORKDIR /build
COPY requirements.lock requirements-build.lock ./
RUN python -m venv --without-pip /opt/countersign \
 && pip --python /opt/countersign/bin/python install --require-hashes --requirement requirements.lock \
 && pip install --require-hashes --requirement requirements-build.lock
COPY . .
RUN hatchling build --target wheel \
 && pip --python /opt/countersign/bin/python install --no-index --no-deps dist/*.whl

FROM python:3.11-slim
# The base image brings ca-certificates and tzdata. Run it read-only:
#   docker run --read-only --tmpfs /tmp --volume countersign:/data countersign
RUN useradd --uid 10001 --no-create-home --home-dir /data --shell /usr/sbin/nologin countersign \
 && install --directory --owner=10001 --group=10001 --mode=0700 /data
COPY --from=build /opt/countersign /opt/countersign
ENV PATH=/opt/countersign/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    COUNTERSIGN_DATA=/data
USER 10001:10001
WORKDIR /data
VOLUME /data
HEALTHCHECK --interval=60s --timeout=10s --start-period=20s CMD ["countersign", "doctor", "--quiet"]
ENTRYPOINT ["countersign"]
CMD ["doctor"]
