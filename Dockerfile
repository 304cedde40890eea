# The service image. Any base of Debian or Ubuntu will do that has Python 3.11 or newer with venv,
# under the same path in both stages:  --build-arg BASE=...
# With --build-arg SOURCE_DATE_EPOCH=..., and a builder that dates files by it, the same base and the
# same packages of its distribution give the same image.
ARG BASE=docker.io/library/python:3.12-slim

FROM ${BASE} AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PIP_ROOT_USER_ACTION=ignore
# What pip happens to import of the packages it has installed must not be compiled with its dates.
ENV PYTHONDONTWRITEBYTECODE=1
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
# Nobody needs here: the C that modules were made from, and stubs of types; the classes that the
# Kubernetes client has for every kind of object, which are never imported; of AWS all but S3, ECR and
# those who give credentials. What packages say of themselves stays, for licences and scanners.
RUN cd /opt/knative-lambda/lib/python3*/site-packages \
 && rm -f ./*.md \
 && rm -r kubernetes_asyncio/client/api kubernetes_asyncio/client/models \
 && find . -name '*.[ch]' -delete -o -name '*.py[ix]' -delete -o -name '*.px[di]' -delete \
 && find botocore/data -mindepth 1 -maxdepth 1 -type d \
        ! -name s3 ! -name ecr ! -name sts ! -name sso ! -name sso-oidc ! -name signin \
        -exec rm -r {} +
# The root file system may be read-only, so bytecode is made now; unchecked, since nothing here changes.
# Templates are data, the Python files among them too.
RUN /opt/knative-lambda/bin/python -m compileall -q -x '/knative_lambda/templates/' \
        --invalidation-mode unchecked-hash /opt/knative-lambda/lib

FROM ${BASE}
LABEL org.opencontainers.image.title="Knative Lambda Builder" \
      org.opencontainers.image.description="Turns a tenant's code, named in a CloudEvent, into a running serverless function on Kubernetes" \
      org.opencontainers.image.licenses="Apache-2.0"
# Sources are fetched with git, over ssh too; ssh runs for nobody who has no name. Of the packages'
# documentation only the licences are installed, and nothing stays that tells when this was.
RUN apt-get update -qq \
 && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
        -o Dpkg::Options::=--path-exclude='/usr/share/doc/*/*' \
        -o Dpkg::Options::=--path-include='/usr/share/doc/*/copyright' \
        -o Dpkg::Options::=--path-exclude='/usr/share/man/*' \
        -o Dpkg::Options::=--path-exclude='/usr/share/locale/*/LC_MESSAGES/*' \
        git openssh-client \
 && rm -rf /var/lib/apt/lists/* /var/cache/apt/* /var/cache/debconf/*-old /var/cache/ldconfig/* \
        /var/log/apt /var/log/*.log \
 && echo knative-lambda:x:65532: >>/etc/group \
 && echo knative-lambda:x:65532:65532::/tmp:/usr/sbin/nologin >>/etc/passwd
COPY --from=build /opt/knative-lambda /opt/knative-lambda
ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
# A number, not a name: Kubernetes checks runAsNonRoot without asking the image's /etc/passwd.
USER 65532:65532
WORKDIR /tmp
ENTRYPOINT ["/opt/knative-lambda/bin/knative-lambda"]
CMD ["--help"]
