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
