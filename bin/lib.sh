# Shared by the commands of this folder (POSIX sh): finds Python, makes the environment.
# Use: root=…; . "$root/bin/lib.sh"; portal_environment [--dev]

portal_python() {
    # The first interpreter of 3.12 or later that really runs; shims that fail are skipped.
    for candidate in "$root/.venv/bin/python" python3.13 python3.12 python3.14 python3 \
        "${PYENV_ROOT:-$HOME/.pyenv}"/versions/3.1[2-9]*/bin/python3 \
        "$HOME"/.local/share/uv/python/cpython-3.1[2-9]*/bin/python3; do
        if [ "$("$candidate" -c 'import sys; print(sys.version_info >= (3, 12))' 2>/dev/null)" = True ]; then
            printf '%s\n' "$candidate"
            return 0
        fi
    done
    return 1
}

portal_install_python() {
    # As root on a Debian or Ubuntu whose python3 is new enough; elsewhere say what to type.
    line="apt-get update && apt-get install -y --no-install-recommends python3-venv ca-certificates"
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
        echo "No Python 3.12 or later found; trying: $line" >&2
        DEBIAN_FRONTEND=noninteractive sh -c "$line" </dev/null >&2 && return 0
    fi
    cat >&2 <<TEXT
The portal needs Python 3.12 or later, and there is none here. On Debian 13, Ubuntu 24.04 or newer, an
administrator types
    $line
On older systems install Python 3.12 or later (for example with pyenv) and start again.
TEXT
    return 1
}

portal_environment() {
    python=$(portal_python) || { portal_install_python && python=$(portal_python); } || exit 1
    UV_PYTHON_DOWNLOADS=never
    PYTHONPATH=$root
    export UV_PYTHON_DOWNLOADS PYTHONPATH
    # Where it is set, every process of the portal would compile the whole portal again before it answers.
    unset PYTHONDONTWRITEBYTECODE
    "$python" -P "$root/config/embedded/setup.py" "$@" </dev/null || exit 1
    python=$root/.venv/bin/python
}
