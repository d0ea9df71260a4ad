# Web, worker and beat in one image; what runs is the command in docker-compose.yml.
FROM node:24-bookworm-slim AS browser
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY config/web/scripts config/web/scripts
COPY documents/scripts documents/scripts
COPY workflow/scripts workflow/scripts
RUN npm run build && npm prune --omit=dev --ignore-scripts

FROM python:3.11-slim-bookworm
ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PATH=/app/.venv/bin:$PATH KESSAI_VAR=/var/lib/kessai
WORKDIR /app
COPY pyproject.toml uv.lock ./
RUN python -m venv .venv && .venv/bin/pip install --no-cache-dir uv==0.13.9 \
    && .venv/bin/uv sync --frozen --inexact --no-default-groups --no-cache
COPY . .
COPY --from=browser /app/node_modules node_modules
COPY --from=browser /app/config/web/static/build config/web/static/build
# English is compiled here: the ordinary user cannot write beside the source.
RUN KESSAI_VAR=/tmp/var python manage.py catalogues && rm -r /tmp/var
RUN useradd --system --home-dir /var/lib/kessai --create-home kessai && chown kessai /var/lib/kessai
USER kessai
VOLUME /var/lib/kessai
EXPOSE 8000
CMD ["python", "manage.py", "serve", "--port", "8000"]
