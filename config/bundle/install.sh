#!/bin/sh
# Installs this bundle, or brings an older installation up to date.  Needs Python 3.11 and nothing from a network.
set -eu
case $0 in */*) here=${0%/*} ;; *) here=. ;; esac
python=${PYTHON:-python3.11}
command -v "$python" >/dev/null 2>&1 || {
  echo "Python 3.11 is needed: PYTHON=/path/to/python3.11 $0 FOLDER" >&2
  exit 1
}
# Behind the standard library, whose names modules beside this package have too.
exec "$python" -I -S -B -c 'import sys; sys.path.append(sys.argv.pop(1))
from bundle.installing import main
sys.exit(main())' "$here/app/config" "$@"
