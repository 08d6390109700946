# One service and the kernel, nothing else: installed from the wheels that `make wheelhouse` put into
# dist/<service>, by hash, with no network.
#
#   docker build -f deploy/images/service.Dockerfile --build-arg SERVICE=cases -t linli/cases:0.1.0 .
#   docker run linli/cases:0.1.0 api          # or relay, views, …; without a word all parts
#
# BASE must have the minor version of Python that made the wheelhouse. Health checks are the
# orchestrator's: every part answers /livez and /readyz on port 8000.
ARG BASE=python:3.11-slim

FROM ${BASE} AS build
ARG SERVICE
COPY dist/${SERVICE} /wheelhouse
# No bytecode is written where it runs, so it is written here. Without pip: nothing is installed later.
RUN test -n "${SERVICE}" \
 && python -m venv --without-pip /linli \
 && python -m pip --python /linli/bin/python install --no-cache-dir --no-index \
      --find-links /wheelhouse --require-hashes --compile -r /wheelhouse/requirements.txt

FROM ${BASE}
ARG SERVICE
ARG VERSION=0.1.0
ARG REVISION=unknown
LABEL org.opencontainers.image.title="linli-${SERVICE}" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}" \
      org.opencontainers.image.licenses="Apache-2.0"
COPY --from=build /linli /linli
# What a volume that is put here first holds, and whose it is.
RUN install -d -m 0700 -o 10001 -g 10001 /var/lib/linli
ENV PATH=/linli/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    LINLI_SERVICE=${SERVICE} \
    LINLI_HOST=0.0.0.0 \
    LINLI_PORT=8000
# A number: an orchestrator that refuses root can see that it is none.
USER 10001:10001
EXPOSE 8000
STOPSIGNAL SIGTERM
# The shell is for the service's name alone; `exec` makes Python the process that is told to end.
ENTRYPOINT ["/bin/sh", "-c", "exec python -m linli_${LINLI_SERVICE} \"$@\"", "linli"]
