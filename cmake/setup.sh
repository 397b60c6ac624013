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
tests    | libclang-rt-14-dev            | has_fuzzer
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

# The packages that are missing for the groups named, one a line.
missing_packages() {
	local group package probe

	while IFS='|' read -r group package probe; do
		group=${group// /}
		# shellcheck disable=SC2086 # the probe is a command with its arguments
		if [[ -n $group && " $* " == *" $group "* ]] && ! $probe; then
			echo "${package// /}"
		fi
	done <<<"$PACKAGES"
}

# need_packages LOG GROUP...: install what is missing, or name it and end with 1.
# Standard output stays free for the caller's.
need_packages() {
	local log=$1 missing
	shift
	mapfile -t missing < <(missing_packages "$@")
	[ ${#missing[@]} -eq 0 ] && return 0

	if [ "$(id -u)" -ne 0 ] || [ ! -e /etc/debian_version ] || ! has apt-get; then
		{
			echo "Missing: ${missing[*]}"
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

	mapfile -t missing < <(missing_packages "$@")
	if [ ${#missing[@]} -ne 0 ]; then
		echo "Installed, but still not usable: ${missing[*]}; see $log" >&2
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
