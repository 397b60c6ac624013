#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
# setup_test.sh SETUP: cmake/setup.sh on machines that are made up.
# shellcheck disable=SC2317 # setup.sh calls these functions
set -euo pipefail
# shellcheck source=cmake/setup.sh
. "$1"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# machine USER INSTALLED OFFERED [REFUSED]: user id, what is installed, what the package lists
# offer, and what apt-get does not install all the same.
machine() {
	user=$1 offered=$3 refused=${4-}
	echo "apt-get apt-cache $2" >"$work/installed"
}
has() {
	grep -qw -- "$1" "$work/installed"
}
id() {
	echo "$user"
}
apt-cache() {
	local candidate='(none)'

	[[ " $offered " != *" $2 "* ]] || candidate=1.0
	echo "  Candidate: $candidate"
}
apt-get() {
	local package

	[ "$1" = install ] || return 0
	for package in "${@:4}"; do # behind: install -y --no-install-recommends
		[[ " $refused " != *" $package "* ]] || return 100
	done
	echo "${@:4}" >>"$work/installed"
}

PACKAGES='
a*    | tool         | has tool
a-old | old new      | has_old_or_new
a-two | one+two rest | has_pair
b     | far          | has far
'
has_old_or_new() {
	has old || has new
}
has_pair() {
	has one && has two
}

# check WHAT EXPECTED COMMAND...: the command prints that, on either output.
check() {
	local what=$1 expected=$2 got
	shift 2
	got=$("$@" 2>&1) || got+=$'\n'"status $?"
	if [ "$got" != "$expected" ]; then
		printf '%s: expected\n%s\n--- and got\n%s\n' "$what" "$expected" "$got" >&2
		exit 1
	fi
	echo "$what: ok"
}
# What of WHO cannot be used, and why.
left_out() {
	local who

	need_packages "$work/log" "$@" >/dev/null 2>&1 || true
	for who in "$@"; do
		echo "$who: ${LEFT_OUT[$who]-usable}"
	done
}

machine 0 '' ''
check 'a row is of those that its patterns name' $'a-two|tool\na-old|tool\na-old|old new\na-two|one+two rest' \
	missing a-two a-old
machine 0 'tool new' ''
check 'what is there is not missing' 'b|far' missing a-old b
machine 0 '' 'new old'
check 'the first name that is offered' 'old' choose 'old new'
machine 0 '' 'new'
check 'the only name that is offered' 'new' choose 'old new'
machine 0 '' 'one rest'
check 'a pair of which one is not offered' 'rest' choose 'one+two rest'
machine 0 '' 'one two'
check 'a pair' 'one two' choose 'one+two rest'
check 'nothing that is offered' $'\nstatus 1' choose 'old new'

machine 0 '' 'tool old one two far'
check 'all can be had' $'a-old: usable\na-two: usable\nb: usable' left_out a-old a-two b
machine 0 '' 'tool one two'
check 'one board has no package: the other works' \
	$'a-old: old or new is not in the package lists\na-two: usable' left_out a-old a-two
machine 0 '' 'tool old one two far' far
check 'a package that does not install keeps no other from it' $'a-old: usable\nb: far is not installed' left_out a-old b
machine 1000 tool 'old one two far'
check 'nothing is installed by another user than root' $'a-old: old is not installed\na-two: one two is not installed' left_out a-old a-two
check 'and the command to give is shown' \
	$'a-old: old is not installed\nThese are names of Debian packages. On Debian, as root: apt-get install old\nstatus 1' \
	need_packages "$work/log" a-old

# A build, of which the parts in $broken fail unless TCP/IP is off.
cmake() {
	case " $* " in
	*" --preset "*)
		mkdir -p "$work/build/arm"
		echo 'build picovirtio_lwip: phony libpicovirtio_lwip.a' >"$work/build/arm/build.ninja"
		if [[ " $* " == *" -DPICOVIRTIO_LWIP=OFF "* ]]; then
			echo >"$work/build/arm/build.ninja"
		fi
		;;
	*)
		echo "built ${*: -1}"
		if grep -q lwip "$work/build/arm/build.ninja"; then
			[[ " $broken " != *" ${*: -1} "* ]]
		else
			[[ " $broken " != *" ours "* ]]
		fi
		;;
	esac
}
built() {
	build_preset "$work" arm all
	echo "without TCP/IP: ${WITHOUT_LWIP[*]}"
}
broken=''
check 'a build' 'without TCP/IP: ' built
broken='picovirtio_lwip all'
for time in first second; do
	check "lwIP does not compile, the $time time" \
		"arm is built without TCP/IP: lwIP does not compile, see $work/build/arm/lwip.log"$'\nwithout TCP/IP: arm' built
done
broken='all ours'
check 'what is ours does not compile' \
	$'built all\nFailed: cmake --build '"$work/build/arm --target all"$'\nstatus 1' built

# Text that comes before and after in the same file stays there.
caught() {
	(
		umask 022
		echo before
		"$@" bash -c "$(declare -f catch_output release_output)
			catch_output; echo caught >>/dev/stdout; echo more; release_output"
		echo after
	) >"$work/log"
	cat "$work/log"
}
whole=$'before\ncaught\nmore\nafter'
check 'a file that others write to, too' "$whole" caught
# What root has built, before another user builds in the same checkout.
written_by_root() {
	local script

	mkdir "$work/build"
	chmod 711 "$work"
	script="$(declare -f need_writable); cd $work; need_writable absent build 2>&1 || echo status \$?"
	setpriv --reuid=65534 --regid=65534 --clear-groups bash -c "$script" | sed "s/$(command id -un 65534)/USER/g"
}
if [ "$(command id -u)" = 0 ] && command -v setpriv >/dev/null; then
	rm -f "$work/log"
	check 'a file of another user' "$whole" caught setpriv --reuid=65534 --regid=65534 --clear-groups
	rm -rf "$work/build"
	check 'a folder that root has built in' \
		$'build belongs to root, and USER cannot write to it. Give it to USER: chown -R USER build\nstatus 1' written_by_root
else
	echo 'not run: only root can become another user, with setpriv'
fi
