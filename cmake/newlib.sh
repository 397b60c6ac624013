#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
# newlib.sh FOLDER PREFIX FLAGS: newlib-nano for one cross compiler (its tools start with
# PREFIX) and one set of flags, built from Debian's newlib-source into FOLDER: include, lib and
# a log. Nothing is done if FOLDER holds just that already. Where Debian has newlib-nano as a
# library, it is for ARM only.
set -euo pipefail

folder=$1 prefix=$2 flags=$3

# What makes it nano: small streams, allocator and printf, and no room for what is not used.
options=(
	--disable-multilib --disable-newlib-supplied-syscalls
	--enable-newlib-reent-small --enable-newlib-nano-malloc --enable-newlib-nano-formatted-io
	--enable-newlib-global-atexit --enable-lite-exit --disable-newlib-fvwrite-in-streamio
	--disable-newlib-fseek-optimization --disable-newlib-wide-orient --disable-newlib-unbuf-stream-opt
)
sources=(/usr/src/newlib/newlib-*.tar.xz)

if [ ! -e "${sources[0]}" ]; then
	echo "newlib-nano is built from Debian's newlib-source, which is not installed" >&2
	echo "(on Debian, as root: apt-get install newlib-source make xz-utils gcc libc6-dev)." >&2
	exit 1
fi
configuration="${sources[0]##*/} ${prefix}gcc $("${prefix}gcc" -dumpfullversion) $flags ${options[*]}"
is_there() {
	[ "$(cat "$folder/configuration" 2>/dev/null)" = "$configuration" ]
}
if is_there; then
	exit 0
fi

# Built elsewhere, since newlib's makefiles want no space in a path, and put in place whole. Of two
# at a time the first stays.
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/source" "$work/build"

# Its assembly sources choose by -Os, too, and include headers of the architecture's folder.
machine=$work/source/newlib/libc/machine/${prefix%%[0-9-]*}

build() {
	tar -xf "${sources[0]}" --strip-components=1 -C "$work/source" &&
		cd "$work/build" &&
		../source/newlib/configure --host="${prefix%-}" --prefix=/ "${options[@]}" \
			CC="${prefix}gcc" AR="${prefix}ar" RANLIB="${prefix}ranlib" AS="${prefix}as" \
			CFLAGS="-Os -ffunction-sections -fdata-sections $flags" CCASFLAGS="-Os $flags -I$machine" &&
		make -j"$(nproc)" all &&
		make DESTDIR="$work/installed" install
}
echo "Building newlib-nano once (under a minute) ..." >&2
if ! (build) >"$work/log" 2>&1 </dev/null; then
	tail -n 40 "$work/log" >&2
	echo "Building newlib-nano failed; see above." >&2
	exit 1
fi

done=$work/installed/${prefix%-}
cp "$work/log" "$done/log"
echo "$configuration" >"$done/configuration"
mkdir -p "$(dirname "$folder")"
beside=$(mktemp -d "$folder.XXXXXX")
trap 'rm -rf "$work" "$beside"' EXIT
cp -r "$done/." "$beside"
chmod 755 "$beside"
if ! is_there; then
	rm -rf "$folder"
	mv -T "$beside" "$folder" || is_there
fi
