/* SPDX-License-Identifier: BSD-2-Clause */
/* The built-in devicetree, with a length of 0 if there is none. __devicetree_first is 1 if the
 * built-in tree is preferred to one that a boot loader hands over. */
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
