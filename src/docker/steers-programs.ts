/** Read by buildx 0.13 and BuildKit's client, Go, libc, git, ssh, setpriv; and by what buildx starts to ask for a registry's password. */
const prefixes =
  /^(DOCKER|BUILDX|BUILDKIT|COMPOSE|BAKE|EXPERIMENTAL|OTEL|JAEGER|LD|LC|XDG|GLIBC|MALLOC|GIT|SSH|GIO|GTK|DBUS|GPG|PASSWORD_STORE|CLOUDSDK|PYTHON|PERL|RUBY|BASH|WSL|RES|RESOLV)_/i

const names = new Set(
  `PATH HOME USER LOGNAME SHELL PWD OLDPWD ENV IFS TERM TZ LANG LANGUAGE CHARSET COLUMNS DISPLAY NO_COLOR TMPDIR TMP TEMP HOSTALIASES LOCALDOMAIN
  GODEBUG GOGC GOMEMLIMIT GOMAXPROCS GOTRACEBACK GORACE TRACEPARENT TRACESTATE KUBECONFIG GNUPGHOME SSL_CERT_FILE AWS_PROFILE PERL5LIB PERL5OPT
  PERL5DB RUBYOPT RUBYLIB PYTHONPATH PYTHONHOME PYTHONSTARTUP PYTHONINSPECT PYTHONBREAKPOINT PYTHONWARNINGS SOURCE_DATE_EPOCH
  HTTP_PROXY HTTPS_PROXY FTP_PROXY NO_PROXY ALL_PROXY`.split(/\s+/),
)

/** Says where something is or how to behave, which a program that reads it would heed, and is nobody's password. */
const endings = /_(PATH|DIR|FILE|HOME|MODULES|PLUGINS|OPTIONS|OPTS|FLAGS|CONFIG|CREDENTIALS|ADDRESS)$/i

/** Names that none of them reads, and whose values must not stand on a command line. */
const isOnlySecret = /^(GIT|SSH|DOCKER|COMPOSE|PYTHON|RUBY|PERL)_(\w+_)?(TOKEN|PASSWORD|PASSWD|SECRET|PAT|(SSH|DEPLOY|PRIVATE|ACCESS|API)_KEY)$/i

/**
 * Whether a variable of this name may change what buildx does, or a program that it starts (credential helpers, with their shells, GPG and
 * GLib). What an extension names so never gets into buildx's environment.
 */
export function steersPrograms(name: string): boolean {
  if (isOnlySecret.test(name)) return false
  return !/^[A-Za-z_]\w*$/.test(name) || prefixes.test(name) || endings.test(name) || names.has(name.toUpperCase())
}
