# The service image. Any base will do that has Python 3.11 or newer with venv, under the same
# path in both stages:  --build-arg BASE=...
ARG BASE=docker.io/library/python:3.12-slim

FROM ${BASE} AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PIP_ROOT_USER_ACTION=ignore
WORKDIR /build

# What is shipped has no pip of its own: the one of the build's environment fills it from outside.
RUN python3 -m venv tools && python3 -m venv --without-pip /opt/knative-lambda

COPY requirements-build.lock requirements-service.lock ./
RUN tools/bin/pip install --require-hashes --requirement requirements-build.lock \
 && tools/bin/pip --python /opt/knative-lambda/bin/python install --no-compile \
        --require-hashes --requirement requirements-service.lock

COPY . .
RUN tools/bin/pip wheel --no-deps --no-build-isolation --wheel-dir wheels . \
 && tools/bin/pip --python /opt/knative-lambda/bin/python install --no-compile --no-deps wheels/*.whl
# The root file system may be read-only, so bytecode is made now; unchecked, since nothing here changes.
# Templates are data, the Python files among them too.
RUN /opt/knative-lambda/bin/python -m compileall -q -x '/knative_lambda/templates/' \
        --invalidation-mode unchecked-hash /opt/knative-lambda/lib

FROM ${BASE}
LABEL org.opencontainers.image.title="Knative Lambda Builder" \
      org.opencontainers.image.description="Turns a tenant's code, named in a CloudEvent, into a running serverless function on Kubernetes" \
      org.opencontainers.image.licenses="Apache-2.0"
COPY --from=build /opt/knative-lambda /opt/knative-lambda
ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
# A number, not a name: Kubernetes checks runAsNonRoot without asking the image's /etc/passwd.
USER 65532:65532
WORKDIR /tmp
ENTRYPOINT ["/opt/knative-lambda/bin/knative-lambda"]
CMD ["--help"]
