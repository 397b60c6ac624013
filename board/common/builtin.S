/* SPDX-License-Identifier: BSD-2-Clause */
/* The devicetree that is built in, of no bytes if there is none. */
	.section .rodata.devicetree, "a"
	.balign	8
	.globl	__devicetree, __devicetree_end
__devicetree:
#ifdef PICOVIRTIO_DEVICETREE_BLOB
	.incbin	PICOVIRTIO_DEVICETREE_BLOB
#endif
__devicetree_end:
	.balign	8
