# For tools/test and .ci/run: one line a phase with its seconds, and what matters of the output of one that fails.

logs=${DAYBOOK_SCRATCH:-.build}/logs
mkdir -p "$logs"

# phase NAME COMMAND...: runs it with its output in a file.
phase() {
    local name=$1 start=$SECONDS status=0
    local log="$logs/${name// /-}.log"
    shift
    "$@" > "$log" 2>&1 < /dev/null || status=$?
    if [ $status != 0 ]; then
        echo "---- $name: the errors, then the end of $log"
        grep -E '(^|[^-] )error: |^✘' "$log" | sort -u | head -n 40 || true
        echo "----"
        tail -n 60 "$log"
        printf 'FAIL  %-28s %5d s   exit code %d\n' "$name" $((SECONDS - start)) $status
        exit 1
    fi
    printf 'ok    %-28s %5d s\n' "$name" $((SECONDS - start))
}

# closing NAME: the line with which the runner of a phase closed.
closing() { grep 'Test run with' "$logs/${1// /-}.log" | tail -n 1; }
