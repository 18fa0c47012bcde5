# For tools/test and .ci/run: one line a phase with its seconds, the whole output of one that fails.

logs=${DAYBOOK_SCRATCH:-.build}/logs
mkdir -p "$logs"

# phase NAME COMMAND...: runs it; its output goes to a file, and is shown if it fails.
phase() {
    local name=$1 start=$SECONDS status=0
    local log="$logs/${name// /-}.log"
    shift
    "$@" > "$log" 2>&1 < /dev/null || status=$?
    if [ $status != 0 ]; then
        cat "$log"
        printf 'FAIL  %-28s %5d s   exit code %d\n' "$name" $((SECONDS - start)) $status
        exit 1
    fi
    printf 'ok    %-28s %5d s\n' "$name" $((SECONDS - start))
}

# closing NAME: the lines with which the runner of a phase closed.
closing() { grep -E '^.{0,4}Test run with|[0-9]+ passed, [0-9]+ failed' "$logs/${1// /-}.log" | tail -n 2; }
