/* embed.c - turns files into C:  embed FILE... > assets.c
 *
 * A file is known by its name without the folder, "app.css", and served under
 * a name that holds a hash of its bytes, "/assets/app.3f9ac1d2.css", so a
 * browser may keep it for good.  It is there as it is, and compressed by gzip
 * and by brotli where that makes it smaller.  Remarks that begin a line of a
 * script are left out. */
#include <brotli/encode.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

static _Noreturn void refuse(const char *name, const char *why)
{
    fprintf(stderr, "%s: %s\n", name, why);
    exit(1);
}

struct bytes {
    unsigned char *at;
    size_t length;
};

static struct bytes read_file(const char *name)
{
    struct bytes all = { 0 };
    FILE *in = fopen(name, "rb");
    if (!in) refuse(name, "cannot be read");
    for (size_t room = 0, n = 1; n > 0; all.length += n) {
        if (room - all.length < 65536) all.at = realloc(all.at, room = (room + 65536) * 2);
        if (!all.at) refuse(name, "out of memory");
        n = fread(all.at + all.length, 1, room - all.length, in);
    }
    fclose(in);
    return all;
}

static void drop_remarks(const char *name, struct bytes *script)
{
    unsigned char *to = script->at, *end = script->at + script->length;
    for (unsigned char *at = script->at; at < end;) {
        bool begins = at == script->at || at[-1] == '\n';
        if (begins && end - at > 2 && memcmp(at, "/*", 2) == 0) {
            unsigned char *close = memmem(at, (size_t)(end - at), "*/\n", 3);
            if (!close) refuse(name, "a remark that begins a line does not end one");
            at = close + 3;
        } else {
            *to++ = *at++;
        }
    }
    script->length = (size_t)(to - script->at);
}

static const char *type_of(const char *name)
{
    static const struct {
        const char *ending, *type;
    } types[] = {
        { ".css", "text/css; charset=utf-8" },
        { ".js", "text/javascript; charset=utf-8" },
        { ".svg", "image/svg+xml" },
        { ".png", "image/png" },
        { ".ico", "image/x-icon" },
        { ".woff2", "font/woff2" },
        { ".txt", "text/plain; charset=utf-8" },
    };
    const char *ending = strrchr(name, '.');
    for (size_t i = 0; ending && i < sizeof types / sizeof *types; i++)
        if (strcmp(ending, types[i].ending) == 0) return types[i].type;
    refuse(name, "tools/embed.c does not know the type of this file");
}

/* FNV-1a, folded to 32 bits: it tells versions apart, nothing more. */
static uint32_t hash(struct bytes b)
{
    uint64_t h = UINT64_C(14695981039346656037);
    for (size_t i = 0; i < b.length; i++) h = (h ^ b.at[i]) * UINT64_C(1099511628211);
    return (uint32_t)(h ^ h >> 32);
}

static struct bytes gzip(const char *name, struct bytes b)
{
    struct bytes small = { 0 };
    z_stream z = { 0 };
    if (deflateInit2(&z, 9, Z_DEFLATED, 31, 9, Z_DEFAULT_STRATEGY) != Z_OK)
        refuse(name, "zlib does not start");
    size_t room = deflateBound(&z, b.length);
    if (!(small.at = malloc(room))) refuse(name, "out of memory");
    z.next_in = b.at, z.avail_in = (uInt)b.length;
    z.next_out = small.at, z.avail_out = (uInt)room;
    if (deflate(&z, Z_FINISH) != Z_STREAM_END) refuse(name, "zlib gives up");
    small.length = z.total_out;
    deflateEnd(&z);
    return small;
}

static struct bytes brotli(const char *name, struct bytes b)
{
    size_t room = BrotliEncoderMaxCompressedSize(b.length);
    struct bytes small = { malloc(room + 1), room };
    if (!small.at
        || !BrotliEncoderCompress(BROTLI_MAX_QUALITY, BROTLI_MAX_WINDOW_BITS, BROTLI_MODE_TEXT,
                                  b.length, b.at, &small.length, small.at))
        refuse(name, "brotli gives up");
    return small;
}

static void write_bytes(const char *what, int number, struct bytes b)
{
    printf("static const unsigned char %s_%d[] = {", what, number);
    for (size_t i = 0; i < b.length; i++) printf("%s%u,", i % 24 ? "" : "\n", b.at[i]);
    puts("\n};");
}

int main(int argc, char **argv)
{
    int n = argc - 1;
    char **rows = calloc((size_t)n + 1, sizeof *rows);
    if (!rows) refuse("embed", "out of memory");
    puts("/* made from assets/ by tools/embed.c */\n#include \"web/assets.h\"\n");
    for (int i = 0; i < n; i++) {
        const char *path = argv[i + 1];
        const char *name = strrchr(path, '/') ? strrchr(path, '/') + 1 : path;
        const char *type = type_of(name), *ending = strrchr(name, '.');
        struct bytes plain = read_file(path);
        if (strcmp(ending, ".js") == 0) drop_remarks(path, &plain);
        struct bytes gz = gzip(path, plain), br = brotli(path, plain);
        bool use_gz = gz.length < plain.length, use_br = br.length < plain.length;
        char gz_row[64] = "NULL, 0", br_row[64] = "NULL, 0";
        write_bytes("plain", i, plain);
        if (use_gz) {
            write_bytes("gzip", i, gz);
            snprintf(gz_row, sizeof gz_row, "gzip_%d, sizeof gzip_%d", i, i);
        }
        if (use_br) {
            write_bytes("brotli", i, br);
            snprintf(br_row, sizeof br_row, "brotli_%d, sizeof brotli_%d", i, i);
        }
        if (asprintf(&rows[i],
                     "    { \"%s\", \"/assets/%.*s.%08x%s\", \"%s\",\n"
                     "      plain_%d, sizeof plain_%d, %s, %s },\n",
                     name, (int)(ending - name), name, (unsigned)hash(plain), ending, type, i, i,
                     gz_row, br_row)
            < 0)
            refuse(path, "out of memory");
        free(plain.at), free(gz.at), free(br.at);
    }
    puts("const struct asset assets[] = {");
    for (int i = 0; i < n; i++) fputs(rows[i], stdout);
    puts("};\nconst size_t assets_n = sizeof assets / sizeof *assets;");
    return fflush(stdout) != 0;
}
