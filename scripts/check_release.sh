#!/usr/bin/env bash
# Build wheel and sdist into dist/ and check them: metadata, and an installed run of each.
# Nothing is uploaded. A tag vX.Y.Z (the argument, or GITHUB_REF_NAME) must be the version.
set -euo pipefail
cd "$(dirname "$0")/.."
tag="${1:-${GITHUB_REF_NAME:-}}"
version="$(sed -n 's/^__version__ = "\(.*\)"$/\1/p' model/__init__.py)"
case "$tag" in
    v*) [ "$tag" = "v$version" ] || { echo "the tag is $tag, the version $version" >&2; exit 1; } ;;
esac
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
rm -rf dist
python3 -m venv "$work/tools"
"$work/tools/bin/pip" install -q build twine
"$work/tools/bin/python" -m build --outdir dist .
"$work/tools/bin/twine" check --strict dist/*
for file in dist/*; do
    python3 -m venv "$work/run"
    "$work/run/bin/pip" install -q "$file"
    built="$(cd "$work" && run/bin/python -c 'import defection; print(defection.__version__)')"
    [ "$built" = "$version" ] || { echo "$file has version $built, not $version" >&2; exit 1; }
    (cd "$work" && run/bin/defection run --weeks 52 --seed 1 --out out --quiet >/dev/null)
    test -s "$work/out/weekly.parquet"
    rm -rf "$work/run" "$work/out"
    echo "$file: version $version, installs and runs"
done
