import { isOfEnd } from './case.ts'
import { type Found, quote, type Rule } from './rule.ts'
import { saidOf, whetherItGoesOn } from './said.ts'

/** Modules that are installed by another name than they are imported by, from PyPI. */
const otherNames: Record<string, string> = {
  ...{ yaml: 'pyyaml', PIL: 'pillow', cv2: 'opencv-python-headless', sklearn: 'scikit-learn', skimage: 'scikit-image', bs4: 'beautifulsoup4', jwt: 'pyjwt' },
  ...{
    dotenv: 'python-dotenv',
    dateutil: 'python-dateutil',
    multipart: 'python-multipart',
    jose: 'python-jose',
    slugify: 'python-slugify',
    docx: 'python-docx',
  },
  ...{
    decouple: 'python-decouple',
    environ: 'django-environ',
    corsheaders: 'django-cors-headers',
    rest_framework: 'djangorestframework',
    socketio: 'python-socketio',
  },
  ...{ psycopg: '"psycopg[binary]"', psycopg2: 'psycopg2-binary', MySQLdb: 'mysqlclient', Crypto: 'pycryptodome', OpenSSL: 'pyopenssl', nacl: 'pynacl' },
  ...{
    magic: 'python-magic',
    serial: 'pyserial',
    fitz: 'pymupdf',
    zmq: 'pyzmq',
    git: 'gitpython',
    github: 'pygithub',
    attr: 'attrs',
    pkg_resources: 'setuptools',
  },
  ...{
    flask_sqlalchemy: 'flask-sqlalchemy',
    flask_migrate: 'flask-migrate',
    flask_cors: 'flask-cors',
    flask_login: 'flask-login',
    django_filters: 'django-filter',
  },
  ...{ pydantic_settings: 'pydantic-settings', pythonjsonlogger: 'python-json-logger', sentence_transformers: 'sentence-transformers', win32api: 'pywin32' },
}

/** What pip calls the package that brings this module, as far as it is known. */
export function pythonPackage(module: string): string {
  const name = module.split('.')[0] ?? module
  return otherNames[name] ?? name
}

/** FastAPI 0.120, pydantic 2, pandas 2, PyMySQL 1.1, Starlette 0.50: in their own words, as they look for it themselves. */
const extras =
  /requires "([\w-]{1,60})" to be installed|([\w-]{1,60}) is not installed, run `pip install|Missing optional dependency '([\w-]{1,60})'|'([\w-]{1,60})' package is required|([\w-]{1,60}) must be installed to use/

export const pythonPackageRules: Rule[] = [
  {
    id: 'extra-missing',
    about: 'a library of Python that wants another one, which is not installed',
    find: (seen): Found | null => {
      const said = saidOf(seen, extras)
      const name = extras
        .exec(said?.line ?? '')
        ?.slice(1)
        .find((each) => each !== undefined)
      if (!isOfEnd(seen) || said === null || name === undefined) return null
      return {
        clause: `${seen.service} ends because the package ${name} is not in its image`,
        fix: `In the Dockerfile of ${seen.service}, write \`RUN pip install --no-cache-dir ${name}\`, or add it to requirements.txt.`,
        evidence: [quote(said.line)],
        sure: said.sure,
        ...(!said.sure && whetherItGoesOn(seen)),
      }
    },
  },
]
