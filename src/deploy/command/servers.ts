/** How a well-known server is told where to listen; options as they are written, the usual one first. */
export interface Server {
  usualHost: string
  usualPort: number
  /** Options whose value is a host, a port, or both. */
  host?: string
  port?: string
  bind?: string
  /** HOST:PORT, or PORT alone, stands among the arguments. */
  positional?: boolean
  /** `<env>_HOST` and `<env>_PORT`. */
  env?: string
  portVariable?: string
  /** Files in which it may be told instead. */
  files?: RegExp
}

type Told = Omit<Server, 'usualHost' | 'usualPort'>

const onLoopback = (usualPort: number, told: Told): Server => ({ usualHost: '127.0.0.1', usualPort, ...told })
const everywhere = (usualPort: number, told: Told): Server => ({ usualHost: '0.0.0.0', usualPort, ...told })
const vite = { host: '--host', port: '--port', files: /^vite\.config\.|^package\.json$/ }
const astro = { host: '--host', port: '--port', files: /^astro\.config\./ }
const next = { host: '-H --hostname', port: '-p --port', portVariable: 'PORT' }

/** Defaults from each server's own documentation, read in 2026. */
export const servers: Record<string, Server> = {
  uvicorn: onLoopback(8000, { host: '--host', port: '--port', env: 'UVICORN' }),
  hypercorn: onLoopback(8000, { bind: '--bind -b', files: /^hypercorn\./ }),
  gunicorn: onLoopback(8000, { bind: '--bind -b', files: /^gunicorn\.conf\.py$/ }),
  daphne: onLoopback(8000, { host: '-b --bind', port: '-p --port' }),
  granian: onLoopback(8000, { host: '--host', port: '--port', env: 'GRANIAN' }),
  'litestar run': onLoopback(8000, { host: '--host -H', port: '--port -p', env: 'LITESTAR' }),
  'flask run': onLoopback(5000, { host: '--host -h', port: '--port -p', env: 'FLASK_RUN', files: /^\.flaskenv$/ }),
  'fastapi dev': onLoopback(8000, { host: '--host', port: '--port' }),
  'fastapi run': everywhere(8000, { host: '--host', port: '--port' }),
  runserver: onLoopback(8000, { positional: true }),
  vite: onLoopback(5173, vite),
  'vite dev': onLoopback(5173, vite),
  'vite preview': onLoopback(4173, vite),
  'astro dev': onLoopback(4321, astro),
  'astro preview': onLoopback(4321, astro),
  'ng serve': onLoopback(4200, { host: '--host', port: '--port', files: /^angular\.json$/ }),
  'next start': everywhere(3000, next),
  'next dev': everywhere(3000, next),
  'artisan serve': onLoopback(8000, { host: '--host', port: '--port' }),
  'php -S': everywhere(8000, { positional: true }),
  'http.server': everywhere(8000, { host: '--bind -b', positional: true }),
  'mkdocs serve': onLoopback(8000, { bind: '--dev-addr -a', files: /^mkdocs\.ya?ml$/ }),
  'hugo server': onLoopback(1313, { host: '--bind', port: '--port -p' }),
  'jekyll serve': onLoopback(4000, { host: '--host -H', port: '--port -P', files: /^_config\.ya?ml$/ }),
  'streamlit run': everywhere(8501, { host: '--server.address', port: '--server.port', files: /^\.streamlit$/ }),
  'chainlit run': onLoopback(8000, { host: '--host', port: '--port', env: 'CHAINLIT' }),
  'mlflow server': onLoopback(5000, { host: '--host -h', port: '--port -p', env: 'MLFLOW' }),
  'mlflow ui': onLoopback(5000, { host: '--host -h', port: '--port -p', env: 'MLFLOW' }),
  'jupyter lab': onLoopback(8888, { host: '--ip --ServerApp.ip', port: '--port --ServerApp.port', files: /^jupyter_/ }),
  'jupyter notebook': onLoopback(8888, { host: '--ip --ServerApp.ip', port: '--port --ServerApp.port', files: /^jupyter_/ }),
}
