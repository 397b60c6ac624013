# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash
# Sourced by firmware/run and tests/run: what has to be installed, in one place.

# Who needs it | Debian package | how to tell that it is there
PACKAGES='
firmware | cmake                         | has cmake
firmware | ninja-build                   | has ninja
firmware | python3                       | has python3
riscv    | gcc-riscv64-unknown-elf       | has riscv64-unknown-elf-gcc
riscv    | binutils-riscv64-unknown-elf  | has riscv64-unknown-elf-ld
riscv    | picolibc-riscv64-unknown-elf  | has_specs riscv64-unknown-elf-gcc picolibc.specs
riscv    | qemu-system-misc              | has qemu-system-riscv64
riscv    | qemu-system-misc              | has qemu-system-riscv32
riscv    | opensbi                       | has_bios qemu-system-riscv64 opensbi-riscv64-generic-fw_dynamic.bin
newlib   | newlib-source                 | has_file /usr/src/newlib/newlib-*.tar.xz
newlib   | make                          | has make
newlib   | xz-utils                      | has xz
newlib   | gcc                           | has gcc
newlib   | libc6-dev                     | has_header stdio.h
aarch    | gcc-aarch64-linux-gnu         | has aarch64-linux-gnu-gcc
aarch    | binutils-aarch64-linux-gnu    | has aarch64-linux-gnu-ld
aarch    | picolibc-aarch64-linux-gnu    | has_specs aarch64-linux-gnu-gcc picolibc.specs
aarch    | qemu-system-arm               | has qemu-system-aarch64
arm      | gcc-arm-none-eabi             | has arm-none-eabi-gcc
arm      | binutils-arm-none-eabi        | has arm-none-eabi-ld
arm      | picolibc-arm-none-eabi        | has_specs arm-none-eabi-gcc picolibc.specs
arm      | libnewlib-arm-none-eabi       | has_specs arm-none-eabi-gcc nano.specs
arm      | qemu-system-arm               | has qemu-system-arm
tests    | gcc                           | has gcc
tests    | libc6-dev                     | has_header stdio.h
tests    | clang                         | has clang
tests    | clang-format                  | has clang-format
tests    | libcmocka-dev                 | has_header cmocka.h
tests    | libfdt-dev                    | has_header libfdt.h
tests    | device-tree-compiler          | has dtc
tests    | valgrind                      | has valgrind
tests    | spin                          | has spin
tests    | pkg-config                    | has pkg-config
tests    | libclang-rt-dev               | has_fuzzer
tests    | dosfstools                    | has_admin mkfs.fat
tests    | mtools                        | has mcopy
tests    | e2fsprogs                     | has_admin mke2fs
tests    | fdisk                         | has_admin sfdisk
gdb      | gdb-multiarch                 | has gdb-multiarch
'

has() {
	command -v "$1" >/dev/null 2>&1
}

# A pattern that fits nothing stands for itself.
has_file() {
	[ -e "$1" ]
}

# A tool for administrators is not on everyone's PATH.
has_admin() {
	PATH="$PATH:/usr/sbin:/sbin" has "$1"
}

# clang has its run-time libraries in a package of their own.
has_fuzzer() {
	has clang && echo 'int LLVMFuzzerTestOneInput(void); int LLVMFuzzerTestOneInput(void) { return 0; }' |
		clang -fsanitize=fuzzer,address -x c - -o /dev/null 2>/dev/null
}

has_header() {
	has gcc && printf '#include <%s>\n' "$1" | gcc -E -x c - >/dev/null 2>&1
}

# A specs file that gcc finds has a folder in front of its name.
has_specs() {
	has "$1" && [ "$("$1" -print-file-name="$2")" != "$2" ]
}

# The firmware that QEMU's `-bios default` loads; QEMU names the folders it looks in.
has_bios() {
	local folder

	while read -r folder; do
		[ -e "$folder/$2" ] && return 0
	done < <("$1" -L help 2>/dev/null </dev/null)
	return 1
}

# What is missing for the groups named: a group and a package a line.
missing_packages() {
	local group package probe

	while IFS='|' read -r group package probe; do
		group=${group// /}
		# shellcheck disable=SC2086 # the probe is a command with its arguments
		if [[ -n $group && " $* " == *" $group "* ]] && ! $probe; then
			echo "$group ${package// /}"
		fi
	done <<<"$PACKAGES"
}

# need_packages LOG GROUP...: install what is missing, or name it and end with 1.
# Standard output stays free for the caller's.
need_packages() {
	local log=$1 found missing
	shift
	found=$(missing_packages "$@")
	[ -z "$found" ] && return 0
	mapfile -t missing < <(cut -d' ' -f2 <<<"$found" | sort -u)

	if [ "$(id -u)" -ne 0 ] || [ ! -e /etc/debian_version ] || ! has apt-get; then
		{
			echo "Missing: ${missing[*]}"
			echo "Nothing can be built or run without them for: $(cut -d' ' -f1 <<<"$found" | sort -u | xargs)"
			echo "These are names of Debian packages. Install them (on Debian, as root:"
			echo "apt-get install ${missing[*]})"
			echo "and run this again."
		} >&2
		exit 1
	fi

	echo "Installing ${missing[*]} ..." >&2
	mkdir -p "$(dirname "$log")"
	if ! {
		apt-get update &&
			DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "${missing[@]}"
	} >"$log" 2>&1 </dev/null; then
		cat "$log" >&2
		echo "Installing ${missing[*]} failed; see above." >&2
		exit 1
	fi

	found=$(missing_packages "$@")
	if [ -n "$found" ]; then
		echo "Installed, but still not usable (for: package), see $log:" >&2
		sed 's/ /: /' <<<"$found" >&2
		exit 1
	fi
}

# quietly LOG COMMAND...: its output goes to LOG, and is shown if it fails.
quietly() {
	local log=$1
	shift
	mkdir -p "$(dirname "$log")"
	if ! "$@" >"$log" 2>&1 </dev/null; then
		cat "$log" >&2
		echo "Failed: $*" >&2
		exit 1
	fi
}

# configure ROOT PRESET: only where it must be. ninja itself sees to what CMake files say; it does
# not see other presets, a source of lwIP that came later, and a checkout that was moved.
configure() {
	local root=$1 build=$1/build/$2 stamp=$1/build/$2/configured of=

	[ -e "$stamp" ] && read -r of <"$stamp"
	if [ "$of" != "$root" ] || [ ! -e "$build/build.ninja" ] ||
		[ "$root/CMakePresets.json" -nt "$stamp" ] || [ "$root/build/lwip" -nt "$stamp" ]; then
		rm -f "$stamp"
		quietly "$build/configure.log" cmake -S "$root" --preset "$2"
		echo "$root" >"$stamp"
	fi
}

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

# unpack_source PACKAGE FOLDER: the source of a Debian package as its authors published it, into
# FOLDER. apt checks what it fetches; lists and caches of its own keep out of the machine's.
unpack_source() {
	local package=$1 to=$2 work status=0
	local apt=(apt-get -q)

	work=$(mktemp -d) || return 1
	mkdir -p "$work/sources" "$work/lists/partial" "$work/cache/archives/partial"
	copy_sources "$work/sources"
	apt+=(-o Dir::Etc::SourceList=/dev/null -o "Dir::Etc::SourceParts=$work/sources"
		-o "Dir::State::Lists=$work/lists" -o "Dir::Cache=$work/cache"
		-o APT::Sandbox::User=root -o Acquire::Retries=1 -o Acquire::http::Timeout=20
		-o Acquire::https::Timeout=20)
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
