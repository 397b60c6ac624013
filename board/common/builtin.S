/* SPDX-License-Identifier: BSD-2-Clause */
/* The devicetree that is built in, of no bytes if there is none, and whether it goes before one
 * that is handed over. */
	.section .rodata.devicetree, "a"
	.balign	8
	.globl	__devicetree, __devicetree_end, __devicetree_first
__devicetree:
#ifdef PICOVIRTIO_DEVICETREE_BLOB
	.incbin	PICOVIRTIO_DEVICETREE_BLOB
#endif
__devicetree_end:
	.balign	8
__devicetree_first:
#ifdef PICOVIRTIO_DEVICETREE_FIRST
	.byte	1
#else
	.byte	0
#endif
	.balign	8
