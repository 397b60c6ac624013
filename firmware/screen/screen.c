/* SPDX-License-Identifier: BSD-2-Clause */
#include "firmware/screen/screen.h"

#include <picovirtio/terminal.h>
#include "firmware/devices/probe.h"
#include "firmware/image.h"
#include "firmware/screen/font.h"
#include "firmware/screen/picture.h"
#include "firmware/screen/text.h"

#include <inttypes.h>
#include <stdio.h>

/* Larger modes are used in part. */
enum { WIDTH_MAX = FONT_WIDTH * TEXT_COLS, HEIGHT_MAX = FONT_HEIGHT * TEXT_ROWS };
enum { FOREGROUND = 0xd0d0d0, BACKGROUND = 0x000000 };
enum { EARLY_COLS = 80 }; /* before the mode is known */

/* How long text is collected before it is drawn. */
#define PAUSE_NS UINT64_C(20000000)

/* The latest command to the GPU. */
enum step { OFF, UNREF, CREATE, ATTACH, SCANOUT, IDLE, TRANSFER, FLUSH };

static struct {
	const struct probe *probe;
	struct vio_loop *loop;
	struct vio_terminal *terminal;
	struct vio_gpu *g; /* NULL: none has the shell */
	struct text text;
	uint8_t shown[TEXT_ROWS][TEXT_COLS];
	unsigned shown_x, shown_y; /* of the cursor */
	struct picture picture;
	struct vio_gpu_rect size; /* the part of the picture that heads show */
	struct vio_gpu_command command;
	enum step step;
	uint32_t head; /* of SCANOUT */
	uint32_t made; /* the start of the GPU in which there was a resource; 0: none */
	bool rebuild;  /* the displays changed while a command was out */
	bool changed;  /* text, since it was drawn */
	struct vio_timer timer;
} screen;

struct vio_gpu *screen_find(unsigned number, const struct slot **slot)
{
	for (const struct slot *s = screen.probe->slots; s; s = s->next) {
		struct vio_gpu *g = vio_gpu_of(s->device);

		if (!g || number-- > 0)
			continue;
		*slot = s;
		return g;
	}
	return NULL;
}

bool screen_text_size(const struct vio_gpu *g, unsigned *cols, unsigned *rows)
{
	*cols = screen.text.cols;
	*rows = screen.text.rows;
	return g == screen.g && screen.step != OFF;
}

struct vio_gpu_command screen_scanout(const struct vio_gpu *g, uint32_t head)
{
	const bool shell = g == screen.g && screen.step != OFF && g->head[head].enabled;

	return (struct vio_gpu_command){ .op = VIO_GPU_SCANOUT,
					 .head = head,
					 .resource = shell ? SCREEN_SHELL : 0,
					 .rect = shell ? screen.size : (struct vio_gpu_rect){ 0 } };
}

/* ---- Pixels ---- */

static void draw_cell(unsigned x, unsigned y)
{
	const bool cursor = x == screen.text.x && y == screen.text.y;
	const uint8_t *glyph = font[screen.text.cell[y][x]];

	for (unsigned row = 0; row < FONT_HEIGHT; row++) {
		uint32_t *p = picture_at(&screen.picture, x * FONT_WIDTH, y * FONT_HEIGHT + row);
		const uint8_t bits = cursor ? (uint8_t)~glyph[row] : glyph[row];

		for (unsigned i = 0; i < FONT_WIDTH; i++)
			p[i] = (bits << i & 0x80) ? FOREGROUND : BACKGROUND;
	}
	screen.shown[y][x] = screen.text.cell[y][x];
}

/* Extend the rectangle by this cell. */
static void include(struct vio_gpu_rect *r, unsigned x, unsigned y)
{
	const uint32_t right = r->x + r->width, bottom = r->y + r->height;

	if (r->width == 0) {
		*r = (struct vio_gpu_rect){ x, y, 1, 1 };
		return;
	}
	r->x = x < r->x ? x : r->x;
	r->y = y < r->y ? y : r->y;
	r->width = (right > x ? right : x + 1) - r->x;
	r->height = (bottom > y ? bottom : y + 1) - r->y;
}

/* Draw the cells that changed. Returns the rectangle around them, in pixels. */
static struct vio_gpu_rect draw(void)
{
	struct vio_gpu_rect r = { 0 };

	screen.shown[screen.shown_y][screen.shown_x] =
		(uint8_t)~screen.text.cell[screen.shown_y][screen.shown_x];
	screen.shown[screen.text.y][screen.text.x] =
		(uint8_t)~screen.text.cell[screen.text.y][screen.text.x];
	for (unsigned y = 0; y < screen.text.rows; y++) {
		for (unsigned x = 0; x < screen.text.cols; x++) {
			if (screen.shown[y][x] == screen.text.cell[y][x])
				continue;
			draw_cell(x, y);
			include(&r, x, y);
		}
	}
	screen.shown_x = screen.text.x;
	screen.shown_y = screen.text.y;
	screen.changed = false;
	return (struct vio_gpu_rect){ r.x * FONT_WIDTH, r.y * FONT_HEIGHT, r.width * FONT_WIDTH,
				      r.height * FONT_HEIGHT };
}

/* Mark the whole picture as not drawn: the cells and the border beside them. */
static void draw_all(void)
{
	for (uint32_t y = 0; y < screen.picture.height; y++) {
		for (uint32_t x = 0; x < screen.picture.width; x += PICTURE_STEP) {
			uint32_t *p = picture_at(&screen.picture, x, y);

			for (unsigned i = 0; i < PICTURE_STEP; i++)
				p[i] = BACKGROUND;
		}
	}
	for (unsigned y = 0; y < screen.text.rows; y++) {
		for (unsigned x = 0; x < screen.text.cols; x++)
			draw_cell(x, y);
	}
	screen.shown_x = screen.text.x;
	screen.shown_y = screen.text.y;
	screen.changed = false;
}

/* ---- Commands, one after the other ---- */

static void done(struct vio_gpu *g, struct vio_gpu_command *c);

static void send(enum step step, enum vio_gpu_op op, struct vio_gpu_rect rect)
{
	struct vio_gpu_command *c = &screen.command;

	*c = (struct vio_gpu_command){ .op = op,
				       .resource = SCREEN_SHELL,
				       .head = screen.head,
				       .rect = rect,
				       .offset = 4 *
						 ((uint64_t)rect.y * screen.picture.width + rect.x),
				       .format = VIO_GPU_B8G8R8X8,
				       .runs = screen.picture.run,
				       .nruns = screen.picture.nruns,
				       .done = done };
	screen.step = vio_gpu_submit(screen.g, c) == VIO_OK ? step : OFF;
	vio_gpu_kick(screen.g);
}

/* The next head that shows something, from `screen.head` on; after the last, all is drawn. */
static void show_on_heads(void)
{
	while (screen.head < screen.g->nheads && !screen.g->head[screen.head].enabled)
		screen.head++;
	if (screen.head < screen.g->nheads) {
		send(SCANOUT, VIO_GPU_SCANOUT, screen.size);
	} else {
		draw_all();
		send(TRANSFER, VIO_GPU_TRANSFER, screen.size);
	}
}

static void draw_soon(void)
{
	if (!screen.timer.set)
		vio_timer_set(screen.loop, &screen.timer, screen.loop->now + PAUSE_NS);
}

static struct vio_gpu_rect whole_picture(void)
{
	return (struct vio_gpu_rect){ 0, 0, screen.picture.width, screen.picture.height };
}

static void go_on(void)
{
	switch (screen.step) {
	case UNREF: send(CREATE, VIO_GPU_CREATE, whole_picture()); break;
	case CREATE:
		screen.made = screen.g->starts;
		send(ATTACH, VIO_GPU_ATTACH, whole_picture());
		break;
	case ATTACH:
		screen.head = 0;
		show_on_heads();
		break;
	case SCANOUT:
		screen.head++;
		show_on_heads();
		break;
	case TRANSFER: send(FLUSH, VIO_GPU_FLUSH, screen.command.rect); break;
	default:
		screen.step = IDLE;
		if (screen.changed)
			draw_soon();
	}
}

static void on_timer(void *arg, uint64_t now)
{
	(void)arg;
	(void)now;
	if (screen.step == IDLE)
		send(TRANSFER, VIO_GPU_TRANSFER, draw());
}

/* Take the size of the first enabled head. Other heads show as much of the picture as fits them. */
static bool choose_size(const struct vio_gpu *g)
{
	for (uint32_t i = 0; i < g->nheads; i++) {
		const struct vio_gpu_rect *r = &g->head[i].rect;

		if (!g->head[i].enabled || r->width < FONT_WIDTH || r->height < FONT_HEIGHT)
			continue;
		screen.size =
			(struct vio_gpu_rect){ 0, 0, r->width < WIDTH_MAX ? r->width : WIDTH_MAX,
					       r->height < HEIGHT_MAX ? r->height : HEIGHT_MAX };
		return true;
	}
	return false;
}

/* The resource of an earlier mode is destroyed first. After a restart the device has none. */
static void rebuild(void)
{
	screen.rebuild = false;
	screen.step = OFF;
	if (!choose_size(screen.g))
		return;
	if (!picture_size(&screen.picture, screen.probe->platform, screen.size.width,
			  screen.size.height, 0)) {
		printf("screen: no memory for %" PRIu32 " by %" PRIu32 " pixels\n",
		       screen.size.width, screen.size.height);
		return;
	}
	text_resize(&screen.text, screen.size.width / FONT_WIDTH, screen.size.height / FONT_HEIGHT);
	if (screen.made == screen.g->starts)
		send(UNREF, VIO_GPU_UNREF, screen.size);
	else
		send(CREATE, VIO_GPU_CREATE, whole_picture());
	screen.made = 0;
}

static void done(struct vio_gpu *g, struct vio_gpu_command *c)
{
	if (g->device.state != VIO_LIVE) {
		screen.step = OFF; /* until the device is restarted and reports its modes */
	} else if (screen.rebuild) {
		rebuild();
	} else if (c->err != VIO_OK) {
		screen.step = OFF;
		printf("screen: the GPU did not take a picture: answer 0x%" PRIx32 "\n", c->answer);
	} else {
		go_on();
	}
}

static void on_displays(struct vio_gpu *g)
{
	if (!screen.g)
		screen.g = g;
	if (screen.g != g)
		return;
	if (screen.command.busy)
		screen.rebuild = true;
	else
		rebuild();
}

/* ---- Text ---- */

static void put(void *ctx, char c)
{
	(void)ctx;
	text_put(&screen.text, c);
	screen.changed = true;
	if (screen.step == IDLE)
		draw_soon();
}

/* Text that was printed before there was a screen is still in the ring. */
static void take_text(struct vio_output *o)
{
	static const struct vio_output_capture mirror = { NULL, put };
	const char *early;

	text_resize(&screen.text, EARLY_COLS, TEXT_ROWS);
	for (size_t n = vio_output_peek(o, &early), i = 0; i < n; i++)
		put(NULL, early[i]);
	o->mirror = &mirror;
}

static void attach(struct vio_terminal *t)
{
	screen.terminal = t;
}

static void start(struct probe *p, struct vio_loop *l)
{
	screen.probe = p;
	screen.loop = l;
	screen.timer.fire = on_timer;
	for (struct vio_device *d = p->devices; d; d = d->next) {
		struct vio_gpu *g = vio_gpu_of(d);

		if (!g)
			continue;
		if (!screen.terminal->out.mirror)
			take_text(&screen.terminal->out);
		g->changed = on_displays;
	}
}

extern const struct service service_screen;
const struct service service_screen = { .start = start, .attach = attach };
