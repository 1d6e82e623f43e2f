# Sourced by scripts/run, scripts/demo and the end-to-end tests: a service and a local Graph on free ports of this
# machine, with the example configuration. Everything is kept in one folder, and everything started is ended.

# local_port: a free TCP port of the loopback address.
local_port() {
	local p
	while :; do
		p=$((20000 + RANDOM % 12000))
		if ! (: <"/dev/tcp/127.0.0.1/$p") 2>/dev/null; then
			echo $p
			return
		fi
	done
}

# local_wait FILE PATTERN PID SECONDS: until a line of FILE matches; 1 when the process ends before, or it takes too long.
local_wait() {
	local until=$((SECONDS + $4))
	until grep -qE "$2" "$1" 2>/dev/null; do
		kill -0 "$3" 2>/dev/null || return 1
		[ $SECONDS -lt $until ] || return 1
		read -r -t 0.05 <> <(:) || :
	done
}

# local_sim DIR SCENARIO: starts foyer-sim, paused; sets sim_pid, sim_url, door_port.
local_sim() {
	local dir=$1 scenario=$2
	mkdir -p "$dir/ears"
	scripts/certs "$dir" >/dev/null
	door_port=$(local_port)
	"${FOYER_SIM:-build/foyer-sim}" --scenario "$scenario" --certificate "$dir/tls.pem" --key "$dir/tls.key" --ca "$dir/ca.pem" \
		--webhook "https://127.0.0.1:$door_port/api/calls" --record "$dir/ears" --log "$dir/sim.log" --paused \
		>"$dir/sim.out" 2>&1 &
	sim_pid=$!
	local_wait "$dir/sim.out" 'listening on https://' $sim_pid 60 || { cat "$dir/sim.out" >&2; return 1; }
	sim_url=$(sed -n 's/.*listening on \(https:[^ ]*\).*/\1/p' "$dir/sim.out")
}

# local_config DIR: the example configuration with this run's addresses and folders, as DIR/foyer.json.
local_config() {
	local dir=$1
	sed -e "s#https://127.0.0.1:8443#https://127.0.0.1:$door_port#; s#\"port\": 8443#\"port\": $door_port#" \
		-e "s#https://127.0.0.1:9443#$sim_url#; s#\.\./build/run/##g" bot/example.json >"$dir/foyer.json"
}

# local_foyer DIR LOG [OPTION...]: starts the service, with our standard output; sets foyer_pid; waits until it is ready.
local_foyer() {
	local dir=$1 log=$2
	shift 2
	: >"$log"
	AZURE_CLIENT_SECRET=for-the-local-graph-only "${FOYER:-build/foyer}" serve --config "$dir/foyer.json" "$@" 2>"$log" &
	foyer_pid=$!
	local_wait "$log" 'foyer: ready on' $foyer_pid 120 || { tail -20 "$log" >&2; return 1; }
}

# local_ask DIR METHOD PATH [DATA]: the local Graph's control.
local_ask() {
	curl -sS --cacert "$1/ca.pem" -X "$2" ${4:+-d "$4"} "$sim_url$3"
}

# local_quiet DIR SECONDS: until the service holds no contact: its last notifications may be on the way still.
local_quiet() {
	local until=$((SECONDS + $2))
	until curl -sS --cacert "$1/ca.pem" "https://127.0.0.1:$door_port/healthz" | grep -q '"in_progress":0\b'; do
		[ $SECONDS -lt $until ] || return 1
	done
}

# local_end PID: asks a process to end, and waits for it.
local_end() {
	[ -n "${1:-}" ] && kill -TERM "$1" 2>/dev/null
	wait "${1:-}" 2>/dev/null
}

# local_sweep: ends what was started just when the signal came, before its pid was noted.
local_sweep() {
	local p
	for p in $(jobs -p); do
		local_end "$p" || :
	done
}
