/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FIRMWARE_SOUND_HINT_H
#define FIRMWARE_SOUND_HINT_H

/* QEMU's options for a sound device. */
#define SOUND_OPTIONS                                                                              \
	"-audiodev alsa,id=a -device virtio-sound-device,audiodev=a (QEMU 8.2 or newer)"

#endif
