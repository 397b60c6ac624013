# SPDX-License-Identifier: BSD-2-Clause
# shellcheck shell=bash
# Sourced by firmware/run, tests/run and tests/distro: what has to be installed, in one place.

# Who needs it (boards, and other words of the callers) | Debian packages | how to tell that they
# are there. Debian 12, 13 and unstable have different names for some packages: the first is taken
# that the machine's package lists offer. Packages with a + between them belong together.
PACKAGES='
riscv* a* host                  | cmake                         | has cmake
riscv* a* host                  | ninja-build                   | has ninja
riscv* a* host                  | python3                       | has python3
riscv* host                     | gcc-riscv64-unknown-elf       | has riscv64-unknown-elf-gcc
riscv64 riscv*-[cms]* host      | picolibc-riscv64-unknown-elf  | has_picolibc riscv64-unknown-elf
riscv64*                        | qemu-system-riscv qemu-system-misc | has qemu-system-riscv64
riscv32*                        | qemu-system-riscv qemu-system-misc | has qemu-system-riscv32
riscv64 riscv64-[cn]*           | opensbi                       | has_bios qemu-system-riscv64 opensbi-riscv64-generic-fw_dynamic.bin
riscv64-nano                    | newlib-source+make+xz-utils+gcc+libc6-dev | has_newlib_source
aarch64*                        | picolibc-aarch64-linux-gnu picolibc-aarch64-none-elf | has_picolibc aarch64-linux-gnu aarch64-none-elf
aarch64*                        | qemu-system-arm               | has qemu-system-aarch64
arm*                            | gcc-arm-none-eabi             | has arm-none-eabi-gcc
arm-*                           | picolibc-arm-none-eabi        | has_picolibc arm-none-eabi
arm                             | libnewlib-arm-none-eabi newlib-source+make+xz-utils+gcc+libc6-dev | has_nano arm-none-eabi
arm*                            | qemu-system-arm               | has qemu-system-arm
host                            | gcc                           | has gcc
host                            | libc6-dev                     | has_header stdio.h
host                            | clang                         | has clang
host                            | clang-format                  | has clang-format
host                            | libclang-rt-dev               | has_fuzzer
host                            | libcmocka-dev                 | has_header cmocka.h
host                            | libfdt-dev                    | has_header libfdt.h
host                            | valgrind                      | has valgrind
host                            | spin                          | has spin
host                            | pkg-config                    | has pkg-config
host                            | lld                           | has ld.lld
tests tree                      | device-tree-compiler          | has dtc
tests                           | dosfstools                    | has_admin mkfs.fat
tests                           | mtools                        | has mcopy
tests                           | e2fsprogs                     | has_admin mke2fs
tests                           | fdisk                         | has_admin sfdisk
tests                           | xorriso                       | has xorrisofs
proof                           | cbmc                          | has cbmc
uboot                           | u-boot-qemu                   | has_file /usr/lib/u-boot/qemu_arm64/u-boot.bin
virtiofs                        | virtiofsd qemu-system-common  | has_virtiofsd
gdb                             | gdb-multiarch                 | has gdb-multiarch
distro                          | mmdebstrap                    | has mmdebstrap
screen                          | console-setup-linux           | has_file /usr/share/consolefonts/Lat15-Fixed16.psf.gz
tests keyboard                  | libxkbcommon0                 | has_library libxkbcommon.so.0
window                          | qemu-system-gui               | has_file /usr/lib/*/qemu/ui-gtk.so
host distro                     | git                           | has git
'

has() {
	command -v "$1" >/dev/null 2>&1
}

# A pattern that fits nothing stands for itself.
has_file() {
	[ -e "$1" ]
}

# Debian has a folder for each architecture, others have lib64.
has_library() {
	local folder

	for folder in /usr/lib/* /usr/lib /usr/lib64; do
		[ ! -e "$folder/$1" ] || return 0
	done
	return 1
}

# Neither package puts it on the PATH.
has_virtiofsd() {
	has virtiofsd || has_file /usr/libexec/virtiofsd || has_file /usr/lib/qemu/virtiofsd
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

# picolibc for one of these compilers at least.
has_picolibc() {
	local target

	for target in "$@"; do
		has_specs "$target-gcc" picolibc.specs && return 0
	done
	return 1
}

# What cmake/newlib.sh wants.
has_newlib_source() {
	has_file /usr/src/newlib/newlib-*.tar.xz && has make && has xz && has_header stdio.h
}

has_nano() {
	has_specs "$1-gcc" nano.specs || has_newlib_source
}

# The firmware that QEMU's `-bios default` loads. QEMU names the folders that it looks in; a QEMU
# that is missing is named by a row of its own.
has_bios() {
	local folder

	while read -r folder; do
		[ -e "$folder/$2" ] && return 0
	done < <("$1" -L help 2>/dev/null </dev/null || echo /usr/share/qemu)
	return 1
}

# missing WHO...: each row that is not there, once for each of WHO that needs it: WHO|PACKAGES.
missing() {
	local needs packages probe who pattern patterns
	local -a concerned

	while IFS='|' read -r needs packages probe; do
		read -ra patterns <<<"$needs"
		concerned=()
		for who in "$@"; do
			for pattern in "${patterns[@]}"; do
				# shellcheck disable=SC2053 # it is a pattern
				if [[ $who == $pattern ]]; then
					# shellcheck disable=SC2190 # need_packages has an array of that name, too
					concerned+=("$who")
				fi
			done
		done
		# shellcheck disable=SC2086 # the probe is a command with its arguments
		if [ ${#concerned[@]} -gt 0 ] && ! $probe; then
			read -r packages <<<"$packages"
			for who in "${concerned[@]}"; do
				echo "$who|$packages"
			done
		fi
	done <<<"$PACKAGES"
}

# choose ALTERNATIVES: the first that the package lists offer, and the first where there are no
# lists at all: then it is a name for people to read.
choose() {
	local one package alternatives

	read -ra alternatives <<<"$1"
	for one in "${alternatives[@]}"; do
		for package in ${one//+/ }; do
			if has apt-cache && ! [[ $(LC_ALL=C apt-cache policy "$package") =~ Candidate:\ [^\(] ]]; then
				continue 2
			fi
		done
		echo "${one//+/ }"
		return 0
	done
	return 1
}

# apt_install LOG WHO...: install what can be had of what is missing. A package that cannot be
# installed does not keep the others from being installed.
apt_install() {
	local log=$1 packages chosen wanted=()
	local apt=(apt-get install -y --no-install-recommends)
	shift

	mkdir -p "$(dirname "$log")"
	apt-get update >"$log" 2>&1 </dev/null || echo "apt-get update failed, see $log" >&2
	while IFS='|' read -r _ packages; do
		if chosen=$(choose "$packages"); then
			wanted+=("$chosen")
		fi
	done < <(missing "$@" | sort -u -t'|' -k2)
	[ ${#wanted[@]} -gt 0 ] || return 0

	echo "Installing ${wanted[*]} ..." >&2
	export DEBIAN_FRONTEND=noninteractive
	# shellcheck disable=SC2086,SC2048 # of a pair, both
	if ! "${apt[@]}" ${wanted[*]} >>"$log" 2>&1 </dev/null; then
		for chosen in "${wanted[@]}"; do
			"${apt[@]}" $chosen >>"$log" 2>&1 </dev/null || echo "Not installed: $chosen, see $log" >&2
		done
	fi
}

# need_packages LOG WHO...: install what is missing, as far as possible. What is missing after that
# is named and fails, and stands in LEFT_OUT[WHO]. Standard output stays free for the caller's.
declare -A LEFT_OUT
need_packages() {
	local log=$1 who packages chosen text install=''
	local -A concerned=()
	shift
	LEFT_OUT=()
	[ -n "$(missing "$@")" ] || return 0
	if [ "$(id -u)" -eq 0 ] && has apt-get; then
		apt_install "$log" "$@"
	fi

	while IFS='|' read -r who packages; do
		concerned[$packages]+=${concerned[$packages]:+, }$who
	done < <(missing "$@")
	[ ${#concerned[@]} -gt 0 ] || return 0
	for packages in "${!concerned[@]}"; do
		if chosen=$(choose "$packages"); then
			text="$chosen is not installed"
			install+=" $chosen"
		else
			text="${packages// / or } is not in the package lists"
		fi
		echo "${concerned[$packages]}: $text" >&2
		for who in ${concerned[$packages]//,/}; do
			LEFT_OUT[$who]+=${LEFT_OUT[$who]:+, }$text
		done
	done
	if [ -n "$install" ]; then
		echo "These are names of Debian packages. On Debian, as root: apt-get install$install" >&2
	fi
	return 1
}

# need_writable PATH...: what another user has built, root for example, cannot be built again by this
# one. Paths that do not exist are passed over.
need_writable() {
	local path user

	for path in "$@"; do
		if [ -e "$path" ] && [ ! -w "$path" ]; then
			user=$(id -un 2>/dev/null || id -u)
			echo "$path belongs to $(stat -c %U "$path"), and $user cannot write to it. Give it to $user:" \
				"chown -R $user $path" >&2
			return 1
		fi
	done
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

# without BUILD VARIABLE WHO: it was configured without what is installed now.
without() {
	grep -qs "PICOVIRTIO_$2:.*NOTFOUND" "$1/CMakeCache.txt" && [ -z "$(missing "$3")" ]
}

# configure ROOT PRESET: only where it must be. ninja itself sees to what CMake files say; it does
# not see other presets, a source of lwIP that came later, and a checkout that was moved.
configure() {
	local root=$1 build=$1/build/$2 stamp=$1/build/$2/configured of=

	[ -e "$stamp" ] && read -r of <"$stamp"
	if [ "$of" != "$root" ] || [ ! -e "$build/build.ninja" ] ||
		[ "$root/CMakePresets.json" -nt "$stamp" ] || [ "$root/build/lwip" -nt "$stamp" ] ||
		without "$build" FONT screen || without "$build" KEYMAP_MADE keyboard; then
		rm -f "$stamp"
		quietly "$build/configure.log" cmake -S "$root" --preset "$2"
		echo "$root" >"$stamp"
	fi
}

# catch_output: from here on QEMU, which opens standard output a second time by its name, writes to a
# file of ours, and a reader copies that to where the text belongs. QEMU throws away what a
# virtconsole's pipe does not take at once, and the reader has time. Two writers to a file of somebody
# else would write over each other, and over what comes after them. A terminal is used directly, unless
# it cannot be opened (by a user who came through su or sudo).
output_reader=
catch_output() {
	local file

	if [ -c /dev/stdout ]; then
		(: >>/dev/stdout) 2>/dev/null || exec > >(cat)
		return
	fi
	file=$(mktemp)
	# This shell and QEMU are the only ones to hold the other end of the reader's input. (tail --pid
	# would wait for somebody to collect its exit code.)
	exec 8> >(
		trap '' HUP INT TERM
		exec 7<&0
		cat <&7 >/dev/null &
		tail -c +1 -s 0.1 -f --pid=$! "$file" 2>/dev/null
		rm -f "$file"
	)
	[ ! -f /dev/stdout ] || output_reader=$!
	exec >>"$file"
}

# release_output: QEMU has ended. A file has the whole text when this returns. A pipe is not waited for,
# since nobody may read it yet.
release_output() {
	[ -n "$output_reader" ] || return 0
	exec 8>&-
	wait "$output_reader" || true
}

# build_preset ROOT PRESET TARGET: configure and build in ROOT/build/PRESET. Where the source of lwIP
# does not compile, the image is built without TCP/IP; a message says so, and WITHOUT_LWIP names
# the preset.
WITHOUT_LWIP=()
build_preset() {
	local root=$1 preset=$2 target=$3 build=$1/build/$2

	configure "$root" "$preset"
	if cmake --build "$build" --target "$target" >"$build/build.log" 2>&1 </dev/null; then
		return 0
	fi
	if grep -qs '^build picovirtio_lwip:' "$build/build.ninja" &&
		! cmake --build "$build" --target picovirtio_lwip >"$build/lwip.log" 2>&1 </dev/null; then
		echo "$preset is built without TCP/IP: lwIP does not compile, see $build/lwip.log" >&2
		WITHOUT_LWIP+=("$preset")
		rm -f "$build/configured" # tried again, and said again, the next time
		quietly "$build/configure.log" cmake -S "$root" --preset "$preset" -DPICOVIRTIO_LWIP=OFF
	fi
	quietly "$build/build.log" cmake --build "$build" --target "$target"
}

# shellcheck source=cmake/fetch.sh
. "${BASH_SOURCE[0]%/*}/fetch.sh"
