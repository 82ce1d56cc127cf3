#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Installs the Debian packages of the sets named, and nothing when all are there:
#   scripts/system-packages.sh runtime|test|build|bench ...
# Uses sudo when not root. No service is started by the installation: the tests start their own servers.
set -euo pipefail

# What the service itself calls or draws with.
runtime=(
  bubblewrap          # outermost wall around the document reader
  ca-certificates     # webhooks and mail over TLS
  fonts-dejavu-core   # demo documents: text
  fonts-dejavu-extra  # the same, condensed
  fonts-ocr-b         # demo documents: machine-readable zone
  libgomp1            # SciPy, tesseract
  libseccomp2         # system-call filter around the document reader
  tesseract-ocr       # brings the English model
  tesseract-ocr-fra
)
# Debian parts the making of environments from its Python; other Pythons bring it.
python3 -c 'import ensurepip' 2>/dev/null || runtime+=(python3-venv)
# What the image is built with.
build=(make)
# What PyICU is built with, for the peer of make bench-screening.
bench=(g++ libicu-dev pkg-config python3-dev)
# What the whole test suite needs beside it.
test=(
  chromium
  postgresql-15
  procps              # ps: what a stopped service leaves behind
  redis-server
  util-linux          # setpriv: PostgreSQL refuses to run as root
)

wanted=()
for set in "$@"; do
  case $set in
    runtime) wanted+=("${runtime[@]}") ;;
    test) wanted+=("${test[@]}") ;;
    bench) wanted+=("${bench[@]}") ;;
    build) wanted+=("${build[@]}") ;;
    *) echo "usage: $0 runtime|test|build|bench ..." >&2; exit 2 ;;
  esac
done

if ! command -v dpkg-query >/dev/null; then
  echo "Not a Debian system. Install the equivalents of: ${wanted[*]}" >&2
  exit 0
fi

missing=()
for name in "${wanted[@]}"; do
  state=$(dpkg-query -W -f='${db:Status-Status}' "$name" 2>/dev/null || true)
  [ "$state" = installed ] || missing+=("$name")
done
[ ${#missing[@]} -gt 0 ] || exit 0

echo "Installing system packages: ${missing[*]}"
as_root=()
if [ "$(id -u)" != 0 ]; then
  command -v sudo >/dev/null || { echo "Need root or sudo to install: ${missing[*]}" >&2; exit 1; }
  as_root=(sudo)
fi

# Debian asks /usr/sbin/policy-rc.d before it starts a freshly installed service (invoke-rc.d(8)); 101 means no.
# Ours is there only while apt runs, and only where there is none. postgresql-common would also make a
# cluster of its own; a configuration fragment forbids it for the same time.
policy=/usr/sbin/policy-rc.d
cluster=/etc/postgresql-common/createcluster.d/99-none-while-installing.conf
made=()
restore() { [ ${#made[@]} -eq 0 ] || "${as_root[@]}" rm -f "${made[@]}"; }
trap restore EXIT
if [ ! -e "$policy" ]; then
  made+=("$policy")
  printf '#!/bin/sh\nexit 101\n' | "${as_root[@]}" tee "$policy" >/dev/null
  "${as_root[@]}" chmod 755 "$policy"
fi
if [ ! -e "$cluster" ]; then
  made+=("$cluster")
  "${as_root[@]}" mkdir -p "${cluster%/*}"
  echo 'create_main_cluster = false' | "${as_root[@]}" tee "$cluster" >/dev/null
fi

log=$(mktemp)
apt() {
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -q -y -o Dpkg::Use-Pty=0 \
    -o Acquire::Retries=3 "$@" >"$log" 2>&1 || { tail -n 20 "$log" >&2; rm -f "$log"; exit 1; }
}
apt update
apt install --no-install-recommends "${missing[@]}"
rm -f "$log"
