# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash
# Sourced by setup.sh: what comes from Debian without being installed.

# The machine's package sources as sources of source packages, in FOLDER, for apt-get's
# Dir::Etc::SourceParts: which hosts there are is the machine's business.
copy_sources() {
	local to=$1 list parts file

	list=$(apt-config shell file Dir::Etc::SourceList/f) && eval "list=${list#file=}"
	parts=$(apt-config shell folder Dir::Etc::SourceParts/d) && eval "parts=${parts#folder=}"
	for file in "$list" "$parts"*.list; do
		[ -f "$file" ] && sed -nE 's/^[[:space:]]*deb([[:space:]])/deb-src\1/p' "$file" >>"$to/all.list"
	done
	for file in "$parts"*.sources; do
		[ -f "$file" ] && sed -E 's/^Types:.*/Types: deb-src/' "$file" >"$to/${file##*/}"
	done
	return 0
}

# own_apt FOLDER: apt-get in the array `apt` of the caller, with the package sources of FOLDER/sources.
# It checks what it fetches; its lists and caches, in FOLDER too, keep out of the machine's.
own_apt() {
	mkdir -p "$1/sources" "$1/lists/partial" "$1/cache/archives/partial"
	# shellcheck disable=SC2034 # the caller's
	apt=(apt-get -q -o Dir::Etc::SourceList=/dev/null -o "Dir::Etc::SourceParts=$1/sources"
		-o "Dir::State::Lists=$1/lists" -o "Dir::Cache=$1/cache" -o APT::Sandbox::User=root
		-o Acquire::Retries=1 -o Acquire::http::Timeout=20 -o Acquire::https::Timeout=20)
}

# unpack_source PACKAGE FOLDER: the source of a Debian package as its authors published it, into
# FOLDER.
unpack_source() {
	local package=$1 to=$2 work apt status=0

	work=$(mktemp -d) || return 1
	own_apt "$work"
	copy_sources "$work/sources"
	# One source that has no source packages must not keep the others from being read.
	"${apt[@]}" update || true
	if (cd "$work" && "${apt[@]}" source --download-only --tar-only "$package"); then
		rm -rf "$to.part"
		mkdir -p "$to.part" &&
			python3 -c 'import sys, tarfile; tarfile.open(sys.argv[1]).extractall(sys.argv[2])' \
				"$work/$package"_*.orig.tar.* "$to.part" &&
			rm -rf "$to" && mv "$to.part" "$to" || status=1
	else
		status=1
	fi
	rm -rf "$work"
	return "$status"
}

# The address of Debian's packages that this machine uses, or nothing.
debian_mirror() {
	# shellcheck disable=SC2016 # apt-get expands it
	apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' |
		sed -n '\,/debian/*$,{s,/*$,,;p;q}'
}

# unpack_packages SUITE FOLDER PACKAGE...: packages of another release of Debian, unpacked into FOLDER
# and not installed.
unpack_packages() {
	local suite=$1 to=$2 work apt mirror file status=0
	shift 2

	work=$(mktemp -d) || return 1
	own_apt "$work"
	mirror=$(debian_mirror)
	mkdir "$work/files"
	echo "deb $mirror $suite main" >"$work/sources/other.list"
	if [ -n "$mirror" ] && "${apt[@]}" update && (cd "$work/files" && "${apt[@]}" download "$@"); then
		rm -rf "$to.part"
		mkdir -p "$to.part"
		for file in "$work"/files/*.deb; do
			dpkg -x "$file" "$to.part" || status=1
		done
		[ "$status" -eq 0 ] && rm -rf "$to" && mv "$to.part" "$to" || status=1
	else
		status=1
	fi
	rm -rf "$work"
	return "$status"
}

# fetch_cbmc BUILD: CBMC for the proofs. Debian 12 has no package of it; there the one of Debian 13
# runs from BUILD/cbmc, with the libraries of that release. Tried once, as fetch_lwip().
fetch_cbmc() {
	local to=$1/cbmc log=$1/cbmc.log

	if has cbmc || [ -e "$to/usr/bin/cbmc" ]; then
		return 0
	fi
	if [ -e "$log" ] || ! has apt-get; then
		return 1
	fi
	mkdir -p "$1"
	if choose cbmc >/dev/null; then
		[ "$(id -u)" -ne 0 ] || apt_install "$log" proof
	else
		echo "Fetching CBMC ..." >&2
		if (unpack_packages trixie "$to" cbmc libc6 libstdc++6 libgcc-s1 minisat zlib1g libgmp10) \
			>"$log" 2>&1 </dev/null; then
			rm -f "$log"
		fi
	fi
	has cbmc || [ -e "$to/usr/bin/cbmc" ]
}

# fetch_lwip BUILD: lwIP's source in BUILD/lwip, for TCP/IP in the image. Without it the image is
# built all the same. Tried once: a machine without a network is not made to wait each time.
fetch_lwip() {
	local to=$1/lwip log=$1/lwip.log lock

	mkdir -p "$1"
	exec {lock}>"$1/lwip.lock"
	if has flock; then
		flock "$lock"
	fi
	if compgen -G "$to/lwip-*/src" >/dev/null; then
		exec {lock}>&-
		return 0
	fi
	if [ ! -e "$log" ] && has apt-get; then
		echo "Fetching the source of lwIP ..." >&2
		if (unpack_source lwip "$to") >"$log" 2>&1 </dev/null; then
			rm -f "$log"
			exec {lock}>&-
			return 0
		fi
	fi
	exec {lock}>&-
	echo "Without TCP/IP: the source of lwIP could not be fetched (see $log; remove it to try again)." >&2
	echo "It can also be put in place by hand: Debian's source package lwip, unpacked in $to" >&2
	return 1
}
