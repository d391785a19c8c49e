#!/bin/sh
# Builds the provider, starts a simulated Puppet Enterprise, applies this example and examples/fleet, shows that second plans
# are empty, and removes everything again. Needs go, and terraform or, with TF_CLI=tofu, tofu.
set -eu

cli=${TF_CLI:-terraform}
root=$(cd "$(dirname "$0")/../.." && pwd)
if ! command -v "$cli" >/dev/null 2>&1; then
	echo "demo: $cli is not on PATH; install it, or set TF_CLI to terraform or tofu" >&2
	exit 1
fi

# What the shell has set for a real Puppet Enterprise, or for other configurations, has no place here.
for name in $(env | awk -F= '/^(PE|TF|TOFU)_[A-Za-z0-9_]*=/ { print $1 }'); do
	unset "$name"
done

work=$(mktemp -d)
simulator=
cleanup() {
	status=$?
	trap - EXIT INT TERM
	if [ -n "$simulator" ]; then
		kill "$simulator" 2>/dev/null || :
		wait "$simulator" 2>/dev/null || :
	fi
	rm -rf "$work"
	exit "$status"
}
trap cleanup EXIT
trap 'exit 130' INT TERM

bold= plain=
if [ -t 1 ]; then
	bold=$(printf '\033[1m') plain=$(printf '\033[0m')
fi
say() { printf '\n%s==> %s%s\n' "$bold" "$*" "$plain"; }

# run does a step quietly, and shows what it printed if it fails.
run() {
	if ! "$@" >"$work/log" 2>&1; then
		cat "$work/log" >&2
		echo "demo: failed: $*" >&2
		exit 1
	fi
}

say "Building the provider"
version=0.1.0
platform=$(go env GOOS)_$(go env GOARCH)
for host in registry.terraform.io registry.opentofu.org; do
	dir=$work/plugins/$host/terraform-provider-pe/pe/$version/$platform
	mkdir -p "$dir"
	run go build -C "$root" -o "$dir/terraform-provider-pe_v$version" .
done
run go build -C "$root" -o "$work/pe-simulator" ./internal/cmd/pe-simulator

say "Starting a simulated Puppet Enterprise"
"$work/pe-simulator" -listen 127.0.0.1:0 -rbac-listen 127.0.0.1:0 -dir "$work/pe" -time-scale 2 >"$work/ready" 2>"$work/simulator.log" &
simulator=$!
tries=0
until [ -s "$work/ready" ]; do
	tries=$((tries + 1))
	if [ "$tries" -gt 100 ] || ! kill -0 "$simulator" 2>/dev/null; then
		cat "$work/simulator.log" >&2
		echo "demo: the simulator did not start" >&2
		exit 1
	fi
	sleep 0.1
done
. "$work/pe/env.sh"
echo "It listens at $PE_SERVER_URL, with ten nodes."

cat >"$work/cli.tfrc" <<RC
provider_installation {
  filesystem_mirror { path = "$work/plugins" }
}
RC
export TF_CLI_CONFIG_FILE="$work/cli.tfrc" TF_IN_AUTOMATION=1
mkdir "$work/demo" "$work/fleet"
cp "$root"/examples/demo/*.tf "$root"/examples/demo/policy.yaml "$work/demo/"
cp "$root"/examples/fleet/*.tf "$work/fleet/"

# apply applies the configuration of a folder, plans it again, which must change nothing, and shows what matters of both.
apply() {
	cd "$1"
	run "$cli" init -input=false
	if ! "$cli" apply -input=false -auto-approve -no-color >"$work/apply" 2>&1; then
		cat "$work/apply" >&2
		exit 1
	fi
	# What a scope hits is a warning: only its summary is shown.
	grep -E 'Creation complete|Warning: .* hits [0-9]+ node|Apply complete' "$work/apply" | sed 's/.*Warning: //'
	"$cli" output -no-color
	if ! "$cli" plan -input=false -no-color -detailed-exitcode >"$work/plan" 2>&1; then
		cat "$work/plan" >&2
		echo "demo: the second plan is not empty" >&2
		exit 1
	fi
	grep 'No changes' "$work/plan"
}

# destroy removes what the configuration of a folder has made.
destroy() {
	cd "$1"
	if ! "$cli" destroy -input=false -auto-approve -no-color >"$work/destroy" 2>&1; then
		cat "$work/destroy" >&2
		exit 1
	fi
	grep 'Destroy complete' "$work/destroy"
}

say "$cli apply, output, plan: task-targets, a schedule, a deploy, a task, a plan"
apply "$work/demo"

say "$cli apply, output, plan: from a Git SHA to a patched fleet (examples/fleet)"
apply "$work/fleet"

say "$cli destroy"
destroy "$work/fleet"
destroy "$work/demo"

say "Done. Nothing is left behind."
