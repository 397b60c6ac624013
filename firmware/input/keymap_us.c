/* SPDX-License-Identifier: BSD-2-Clause */
#include "firmware/input/keymap.h"

#define CHARACTER(plain, shifted)                                                                  \
	{                                                                                          \
		KEY_CHARACTER, plain, shifted                                                      \
	}
#define LETTER(plain, shifted)                                                                     \
	{                                                                                          \
		KEY_LETTER, plain, shifted                                                         \
	}
#define SAME(c)                                                                                    \
	{                                                                                          \
		KEY_CHARACTER, c, c                                                                \
	}
#define SEQUENCE(final, number)                                                                    \
	{                                                                                          \
		KEY_SEQUENCE, final, number                                                        \
	}
#define MODIFIER(bit)                                                                              \
	{                                                                                          \
		KEY_MODIFIER, bit, 0                                                               \
	}

/* The codes are those of Linux evdev (input-event-codes.h). */
const struct key keymap_us[KEYMAP_KEYS] = {
	[1] = SAME(0x1b), /* Esc */
	[2] = CHARACTER('1', '!'),
	[3] = CHARACTER('2', '@'),
	[4] = CHARACTER('3', '#'),
	[5] = CHARACTER('4', '$'),
	[6] = CHARACTER('5', '%'),
	[7] = CHARACTER('6', '^'),
	[8] = CHARACTER('7', '&'),
	[9] = CHARACTER('8', '*'),
	[10] = CHARACTER('9', '('),
	[11] = CHARACTER('0', ')'),
	[12] = CHARACTER('-', '_'),
	[13] = CHARACTER('=', '+'),
	[14] = SAME(0x7f), /* Backspace */
	[15] = SAME('\t'),
	[16] = LETTER('q', 'Q'),
	[17] = LETTER('w', 'W'),
	[18] = LETTER('e', 'E'),
	[19] = LETTER('r', 'R'),
	[20] = LETTER('t', 'T'),
	[21] = LETTER('y', 'Y'),
	[22] = LETTER('u', 'U'),
	[23] = LETTER('i', 'I'),
	[24] = LETTER('o', 'O'),
	[25] = LETTER('p', 'P'),
	[26] = CHARACTER('[', '{'),
	[27] = CHARACTER(']', '}'),
	[28] = SAME('\r'), /* Enter */
	[29] = MODIFIER(KEY_CTRL_LEFT),
	[30] = LETTER('a', 'A'),
	[31] = LETTER('s', 'S'),
	[32] = LETTER('d', 'D'),
	[33] = LETTER('f', 'F'),
	[34] = LETTER('g', 'G'),
	[35] = LETTER('h', 'H'),
	[36] = LETTER('j', 'J'),
	[37] = LETTER('k', 'K'),
	[38] = LETTER('l', 'L'),
	[39] = CHARACTER(';', ':'),
	[40] = CHARACTER('\'', '"'),
	[41] = CHARACTER('`', '~'),
	[42] = MODIFIER(KEY_SHIFT_LEFT),
	[43] = CHARACTER('\\', '|'),
	[44] = LETTER('z', 'Z'),
	[45] = LETTER('x', 'X'),
	[46] = LETTER('c', 'C'),
	[47] = LETTER('v', 'V'),
	[48] = LETTER('b', 'B'),
	[49] = LETTER('n', 'N'),
	[50] = LETTER('m', 'M'),
	[51] = CHARACTER(',', '<'),
	[52] = CHARACTER('.', '>'),
	[53] = CHARACTER('/', '?'),
	[54] = MODIFIER(KEY_SHIFT_RIGHT),
	[55] = SAME('*'), /* keypad */
	[56] = MODIFIER(KEY_ALT_LEFT),
	[57] = SAME(' '),
	[58] = { KEY_CAPS_LOCK, 0, 0 },
	[71] = SAME('7'), /* keypad, to 83 */
	[72] = SAME('8'),
	[73] = SAME('9'),
	[74] = SAME('-'),
	[75] = SAME('4'),
	[76] = SAME('5'),
	[77] = SAME('6'),
	[78] = SAME('+'),
	[79] = SAME('1'),
	[80] = SAME('2'),
	[81] = SAME('3'),
	[82] = SAME('0'),
	[83] = SAME('.'),
	[86] = CHARACTER('<', '>'), /* the key of 102-key boards beside the left Shift */
	[96] = SAME('\r'),	    /* keypad */
	[97] = MODIFIER(KEY_CTRL_RIGHT),
	[98] = SAME('/'), /* keypad */
	[100] = MODIFIER(KEY_ALT_RIGHT),
	[102] = SEQUENCE('H', 0),   /* Home */
	[103] = SEQUENCE('A', 0),   /* Up */
	[104] = SEQUENCE('~', '5'), /* Page Up */
	[105] = SEQUENCE('D', 0),   /* Left */
	[106] = SEQUENCE('C', 0),   /* Right */
	[107] = SEQUENCE('F', 0),   /* End */
	[108] = SEQUENCE('B', 0),   /* Down */
	[109] = SEQUENCE('~', '6'), /* Page Down */
	[110] = SEQUENCE('~', '2'), /* Insert */
	[111] = SEQUENCE('~', '3'), /* Delete */
};
