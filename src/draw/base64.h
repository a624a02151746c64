/* base64.h: bytes as letters, for pages and SVG. */
#ifndef DNP_DRAW_BASE64_H
#define DNP_DRAW_BASE64_H

#include <stddef.h>

static inline size_t dnp_base64_size(size_t bytes) { return (bytes + 2) / 3 * 4; }

/* Writes dnp_base64_size(size) letters; no NUL. */
static inline void dnp_base64(const void *bytes, size_t size, char *to) {
  static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  const unsigned char *in = bytes;
  for (size_t i = 0; i < size; i += 3) {
    const size_t left = size - i;
    const unsigned three = (unsigned)in[i] << 16 | (left > 1 ? (unsigned)in[i + 1] << 8 : 0) |
                           (left > 2 ? in[i + 2] : 0);
    *to++ = digits[three >> 18];
    *to++ = digits[three >> 12 & 63];
    *to++ = left > 1 ? digits[three >> 6 & 63] : '=';
    *to++ = left > 2 ? digits[three & 63] : '=';
  }
}

#endif
