/* pickle.c: Python's pickle, as far as a dict of NumPy arrays needs it (protocols 0 to 4). A pickle is a program for a
 * stack machine. This machine knows the instructions of the table below and four functions, all of which only describe
 * data (pickle_numpy.c). Any other function is refused by name; nothing of the file is ever executed.
 *
 * Values point into the file, tuples into one pool, arrays and dtypes into one list; every one of these has a fixed
 * limit, so memory is bounded by the file's size. The arrays of the result may not add up to more than the file. Called
 * by the model files and by `denpa info`. */
#include <string.h>

#include "base/memory.h"
#include "file/bytes.h"
#include "file/files.h"
#include "file/pickle.h"

enum { STACK_MOST = 16384, MEMO_MOST = 65536, POOL_MOST = 65536, TUPLE_MOST = 8, HIGHEST_PROTOCOL = 4 };

/* ---- the stack and the bytes ---------------------------------------------------------------------- */

denpa_status dnp_pickle_push(dnp_pickle_machine *m, dnp_pickle_value v) {
  if (m->depth == STACK_MOST)
    return REFUSE(m, DENPA_ERROR_FORMAT,
        "{1}: byte {2}: more than {3} values wait on the stack; a dict of arrays needs far fewer", PLACE(m),
        dnp_i(STACK_MOST));
  m->stack[m->depth++] = v;
  return DENPA_OK;
}

denpa_status dnp_pickle_pop(dnp_pickle_machine *m, dnp_pickle_value *out) {
  if (m->depth == 0 || m->stack[m->depth - 1].kind == DNP_PICKLE_MARK)
    return REFUSE(m, DENPA_ERROR_FORMAT,
        "{1}: byte {2}: the instruction finds no value on the stack; the file is damaged", PLACE(m));
  *out = m->stack[--m->depth];
  return DENPA_OK;
}

/* The values above the last mark: *first is the place of the first, *count their number. */
static denpa_status above_mark(dnp_pickle_machine *m, size_t *first, size_t *count) {
  for (size_t i = m->depth; i > 0; i--)
    if (m->stack[i - 1].kind == DNP_PICKLE_MARK) return *first = i, *count = m->depth - i, DENPA_OK;
  return REFUSE(m, DENPA_ERROR_FORMAT, "{1}: byte {2}: the instruction finds no mark on the stack; the file is damaged",
      PLACE(m));
}

static denpa_status take(dnp_pickle_machine *m, size_t count, const unsigned char **out) {
  if (count > m->size - m->at)
    return REFUSE(m, DENPA_ERROR_FORMAT,
        "{1}: byte {2}: the instruction needs {3} more bytes, but the file has only {4}; it is cut short", PLACE(m),
        dnp_u(count), dnp_u(m->size - m->at));
  *out = m->data + m->at;
  m->at += count;
  return DENPA_OK;
}

/* The rest of the line, without its end. */
denpa_status dnp_pickle_line(dnp_pickle_machine *m, dnp_pickle_value *out) {
  const unsigned char *from = m->data + m->at, *end = memchr(from, '\n', m->size - m->at);
  if (end == NULL)
    return REFUSE(m, DENPA_ERROR_FORMAT,
        "{1}: byte {2}: the line of the instruction does not end; the file is cut short", PLACE(m));
  *out = (dnp_pickle_value){
      .kind = DNP_PICKLE_TEXT, .coding = DNP_PICKLE_UTF8, .size = (uint32_t)(end - from), .as.at = m->at};
  m->at += out->size + 1u;
  return DENPA_OK;
}

/* ---- text ------------------------------------------------------------------------------------- */

int dnp_pickle_is_text(const dnp_pickle_machine *m, const dnp_pickle_value *v, const char *text) {
  return (v->kind == DNP_PICKLE_TEXT || v->kind == DNP_PICKLE_BYTES) && v->size == strlen(text) &&
         memcmp(m->data + v->as.at, text, v->size) == 0;
}

/* The start of a text as a C string for a message. */
const char *dnp_pickle_shown(const dnp_pickle_machine *m, const dnp_pickle_value *v, char out[64]) {
  size_t length = v->kind != DNP_PICKLE_TEXT && v->kind != DNP_PICKLE_BYTES ? 0 : v->size < 63 ? v->size : 63;
  memcpy(out, m->data + v->as.at, length);
  out[length] = '\0';
  return out;
}

static int hexadecimal(const unsigned char *p, int digits, uint32_t *code) {
  *code = 0;
  for (int i = 0; i < digits; i++) {
    int c = p[i] | 0x20, digit = p[i] >= '0' && p[i] <= '9' ? p[i] - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
    if (digit < 0) return 0;
    *code = *code << 4 | (uint32_t)digit;
  }
  return 1;
}

/* Bytes of the next character of a text, and its code; 0 if it is broken. Overlong forms cannot do harm here: the
 * result is checked again. */
static size_t next_character(dnp_pickle_coding how, const unsigned char *p, const unsigned char *end, uint32_t *code) {
  size_t left = (size_t)(end - p);
  *code = p[0];
  if (how == DNP_PICKLE_ESCAPED && p[0] == '\\' && left >= 6 && p[1] == 'u') return hexadecimal(p + 2, 4, code) ? 6 : 0;
  if (how == DNP_PICKLE_ESCAPED && p[0] == '\\' && left >= 10 && p[1] == 'U')
    return hexadecimal(p + 2, 8, code) ? 10 : 0;
  if (how != DNP_PICKLE_UTF8 || p[0] < 0x80) return 1;
  size_t length = p[0] >= 0xF0 ? 4 : p[0] >= 0xE0 ? 3 : 2;
  if (p[0] < 0xC2 || p[0] > 0xF4 || length > left) return 0;
  *code = p[0] & (0x7Fu >> length);
  for (size_t i = 1; i < length; i++) {
    if ((p[i] & 0xC0) != 0x80) return 0;
    *code = *code << 6 | (p[i] & 0x3Fu);
  }
  return length;
}

/* The latin-1 bytes of a text, one for each character: at most `room` are written to `out`; false if they are not
 * exactly `room`. */
static int decode_latin1(const dnp_pickle_machine *m, const dnp_pickle_value *v, unsigned char *out, size_t room) {
  const unsigned char *p = m->data + v->as.at, *end = p + v->size;
  size_t count = 0;
  while (p < end) {
    uint32_t code;
    size_t length = next_character((dnp_pickle_coding)v->coding, p, end, &code);
    if (length == 0 || code > 0xFF || count == room) return 0;
    out[count++] = (unsigned char)code;
    p += length;
  }
  return count == room;
}

/* ---- constants -------------------------------------------------------------------------------- */

static denpa_status do_none(dnp_pickle_machine *m) {
  return dnp_pickle_push(m, (dnp_pickle_value){.kind = DNP_PICKLE_NONE});
}
static denpa_status do_true(dnp_pickle_machine *m) {
  return dnp_pickle_push(m, (dnp_pickle_value){.kind = DNP_PICKLE_BOOL, .as.number = 1});
}
static denpa_status do_false(dnp_pickle_machine *m) {
  return dnp_pickle_push(m, (dnp_pickle_value){.kind = DNP_PICKLE_BOOL});
}
static denpa_status do_mark(dnp_pickle_machine *m) {
  return dnp_pickle_push(m, (dnp_pickle_value){.kind = DNP_PICKLE_MARK});
}

/* A little-endian whole number of `width` bytes that follows the instruction. */
static denpa_status take_number(dnp_pickle_machine *m, size_t width, uint64_t *out) {
  const unsigned char *p;
  *out = 0;
  DNP_TRY(take(m, width, &p));
  for (size_t i = 0; i < width; i++) *out |= (uint64_t)p[i] << (8 * i);
  return DENPA_OK;
}

static denpa_status push_number(dnp_pickle_machine *m, size_t width) {
  uint64_t n;
  DNP_TRY(take_number(m, width, &n));
  return dnp_pickle_push(m, (dnp_pickle_value){.kind = DNP_PICKLE_NUMBER,
                                .as.number = width == 4 ? (int64_t)(int32_t)(uint32_t)n : (int64_t)n});
}
static denpa_status do_binint(dnp_pickle_machine *m) { return push_number(m, 4); }
static denpa_status do_binint1(dnp_pickle_machine *m) { return push_number(m, 1); }
static denpa_status do_binint2(dnp_pickle_machine *m) { return push_number(m, 2); }

/* A decimal number on a line of its own; 00 and 01 are False and True. */
static denpa_status take_decimal(dnp_pickle_machine *m, dnp_pickle_value *out) {
  dnp_pickle_value line;
  char digits[64];
  size_t n;
  DNP_TRY(dnp_pickle_line(m, &line));
  if (dnp_pickle_is_text(m, &line, "00") || dnp_pickle_is_text(m, &line, "01"))
    return *out = (dnp_pickle_value){.kind = DNP_PICKLE_BOOL, .as.number = dnp_pickle_is_text(m, &line, "01")},
           DENPA_OK;
  dnp_pickle_shown(m, &line, digits);
  int negative = digits[0] == '-';
  if (line.size > 18 || !dnp_parse_size(digits + negative, &n))
    return REFUSE(m, DENPA_ERROR_FORMAT, "{1}: byte {2}: '{3}' is not a whole number", PLACE(m), dnp_s(digits));
  *out = (dnp_pickle_value){.kind = DNP_PICKLE_NUMBER, .as.number = negative ? -(int64_t)n : (int64_t)n};
  return DENPA_OK;
}

static denpa_status do_int(dnp_pickle_machine *m) {
  dnp_pickle_value v;
  DNP_TRY(take_decimal(m, &v));
  return dnp_pickle_push(m, v);
}

static denpa_status push_text(dnp_pickle_machine *m, dnp_pickle_kind what, dnp_pickle_coding how, size_t width) {
  uint64_t length;
  const unsigned char *p;
  DNP_TRY(take_number(m, width, &length));
  DNP_TRY(take(m, length, &p));
  return dnp_pickle_push(m, (dnp_pickle_value){.kind = (unsigned char)what,
                                .coding = (unsigned char)how,
                                .size = (uint32_t)length,
                                .as.at = (size_t)(p - m->data)});
}
static denpa_status do_text1(dnp_pickle_machine *m) { return push_text(m, DNP_PICKLE_TEXT, DNP_PICKLE_UTF8, 1); }
static denpa_status do_text4(dnp_pickle_machine *m) { return push_text(m, DNP_PICKLE_TEXT, DNP_PICKLE_UTF8, 4); }
static denpa_status do_text8(dnp_pickle_machine *m) { return push_text(m, DNP_PICKLE_TEXT, DNP_PICKLE_UTF8, 8); }
static denpa_status do_bytes1(dnp_pickle_machine *m) { return push_text(m, DNP_PICKLE_BYTES, DNP_PICKLE_PLAIN, 1); }
static denpa_status do_bytes4(dnp_pickle_machine *m) { return push_text(m, DNP_PICKLE_BYTES, DNP_PICKLE_PLAIN, 4); }
static denpa_status do_bytes8(dnp_pickle_machine *m) { return push_text(m, DNP_PICKLE_BYTES, DNP_PICKLE_PLAIN, 8); }
static denpa_status do_unicode(dnp_pickle_machine *m) {
  dnp_pickle_value v;
  DNP_TRY(dnp_pickle_line(m, &v));
  v.coding = DNP_PICKLE_ESCAPED;
  return dnp_pickle_push(m, v);
}

/* ---- tuples, the dict, the memo --------------------------------------------------------------- */

static denpa_status make_tuple(dnp_pickle_machine *m, size_t first, size_t count) {
  dnp_pickle_value v = {.kind = DNP_PICKLE_TUPLE, .size = (uint32_t)count, .as.at = m->pooled};
  if (count > TUPLE_MOST)
    return REFUSE(m, DENPA_ERROR_FORMAT, "{1}: byte {2}: a tuple of {3} items; NumPy's have at most {4}", PLACE(m),
        dnp_u(count), dnp_i(TUPLE_MOST));
  if (m->pooled + count > POOL_MOST)
    return REFUSE(m, DENPA_ERROR_FORMAT,
        "{1}: byte {2}: the tuples hold more than {3} items; a dict of arrays needs far fewer", PLACE(m),
        dnp_i(POOL_MOST));
  memcpy(m->pool + m->pooled, m->stack + first, count * sizeof *m->pool);
  m->pooled += count;
  m->depth = first;
  return dnp_pickle_push(m, v);
}

static denpa_status do_tuple(dnp_pickle_machine *m) {
  size_t first, count;
  DNP_TRY(above_mark(m, &first, &count));
  DNP_TRY(make_tuple(m, first, count));
  m->stack[m->depth - 2] = m->stack[m->depth - 1]; /* over the mark */
  m->depth--;
  return DENPA_OK;
}

static denpa_status tuple_of(dnp_pickle_machine *m, size_t count) {
  for (size_t i = 0; i < count; i++)
    if (m->depth < count || m->stack[m->depth - 1 - i].kind == DNP_PICKLE_MARK)
      return REFUSE(m, DENPA_ERROR_FORMAT,
          "{1}: byte {2}: the instruction finds no value on the stack; the file is damaged", PLACE(m));
  return make_tuple(m, m->depth - count, count);
}
static denpa_status do_tuple0(dnp_pickle_machine *m) { return tuple_of(m, 0); }
static denpa_status do_tuple1(dnp_pickle_machine *m) { return tuple_of(m, 1); }
static denpa_status do_tuple2(dnp_pickle_machine *m) { return tuple_of(m, 2); }
static denpa_status do_tuple3(dnp_pickle_machine *m) { return tuple_of(m, 3); }

static denpa_status do_empty_dict(dnp_pickle_machine *m) {
  if (m->has_dict)
    return REFUSE(
        m, DENPA_ERROR_UNSUPPORTED, "{1}: byte {2}: a dict inside a dict; denpa reads one dict of arrays", PLACE(m));
  m->has_dict = 1;
  return dnp_pickle_push(m, (dnp_pickle_value){.kind = DNP_PICKLE_DICT});
}

/* Moves key and array pairs from the stack's place `first` into the dict that lies under them (and under `marks`
 * marks). */
static denpa_status set_items(dnp_pickle_machine *m, size_t first, size_t count, size_t marks) {
  if (first <= marks || m->stack[first - 1 - marks].kind != DNP_PICKLE_DICT || count % 2 != 0)
    return REFUSE(m, DENPA_ERROR_FORMAT,
        "{1}: byte {2}: pairs of names and arrays are put into something that is not a dict", PLACE(m));
  if (m->entry_count + count > STACK_MOST)
    return REFUSE(
        m, DENPA_ERROR_FORMAT, "{1}: byte {2}: the dict has more than {3} arrays", PLACE(m), dnp_i(STACK_MOST / 2));
  if (count > 0) memcpy(m->entries + m->entry_count, m->stack + first, count * sizeof *m->entries);
  m->entry_count += count;
  m->depth = first - marks;
  return DENPA_OK;
}

static denpa_status do_setitem(dnp_pickle_machine *m) {
  if (m->depth < 3)
    return REFUSE(m, DENPA_ERROR_FORMAT,
        "{1}: byte {2}: the instruction finds no value on the stack; the file is damaged", PLACE(m));
  return set_items(m, m->depth - 2, 2, 0);
}

static denpa_status do_setitems(dnp_pickle_machine *m) {
  size_t first, count;
  DNP_TRY(above_mark(m, &first, &count));
  return set_items(m, first, count, 1);
}

static denpa_status do_dict(dnp_pickle_machine *m) { /* protocol 0 makes its empty dict so */
  size_t first, count;
  DNP_TRY(above_mark(m, &first, &count));
  if (count != 0)
    return REFUSE(m, DENPA_ERROR_UNSUPPORTED,
        "{1}: byte {2}: a dict made in one piece; Python's own pickler does not write that", PLACE(m));
  m->depth--;
  return do_empty_dict(m);
}

static denpa_status put_memo(dnp_pickle_machine *m, uint64_t index) {
  if (m->depth == 0 || m->stack[m->depth - 1].kind == DNP_PICKLE_MARK)
    return REFUSE(m, DENPA_ERROR_FORMAT,
        "{1}: byte {2}: the instruction finds no value on the stack; the file is damaged", PLACE(m));
  if (index >= MEMO_MOST || index >= m->size)
    return REFUSE(m, DENPA_ERROR_FORMAT,
        "{1}: byte {2}: remembered value {3}; a dict of arrays in a file of this size has fewer", PLACE(m),
        dnp_u(index));
  m->memo[index] = m->stack[m->depth - 1];
  return DENPA_OK;
}

static denpa_status get_memo(dnp_pickle_machine *m, uint64_t index) {
  if (index >= MEMO_MOST || index >= m->size || m->memo[index].kind == DNP_PICKLE_UNSET)
    return REFUSE(m, DENPA_ERROR_FORMAT,
        "{1}: byte {2}: value {3} is asked for, but was never remembered; the file is damaged", PLACE(m), dnp_u(index));
  return dnp_pickle_push(m, m->memo[index]);
}

static denpa_status with_index(
    dnp_pickle_machine *m, size_t width, denpa_status (*step)(dnp_pickle_machine *, uint64_t)) {
  uint64_t index;
  dnp_pickle_value v;
  if (width > 0) {
    DNP_TRY(take_number(m, width, &index));
    return step(m, index);
  }
  DNP_TRY(take_decimal(m, &v)); /* a negative one becomes too large */
  return step(m, (uint64_t)v.as.number);
}
static denpa_status do_put(dnp_pickle_machine *m) { return with_index(m, 0, put_memo); }
static denpa_status do_put1(dnp_pickle_machine *m) { return with_index(m, 1, put_memo); }
static denpa_status do_put4(dnp_pickle_machine *m) { return with_index(m, 4, put_memo); }
static denpa_status do_memoize(dnp_pickle_machine *m) { return put_memo(m, m->memo_next++); }
static denpa_status do_get(dnp_pickle_machine *m) { return with_index(m, 0, get_memo); }
static denpa_status do_get1(dnp_pickle_machine *m) { return with_index(m, 1, get_memo); }
static denpa_status do_get4(dnp_pickle_machine *m) { return with_index(m, 4, get_memo); }

/* ---- the whole program ------------------------------------------------------------------------ */

static denpa_status do_proto(dnp_pickle_machine *m) {
  uint64_t protocol;
  DNP_TRY(take_number(m, 1, &protocol));
  if (protocol > HIGHEST_PROTOCOL)
    return REFUSE(m, DENPA_ERROR_UNSUPPORTED,
        "{1}: pickle protocol {2}; protocols 0 to {3} are read here: save it with pickle.dump(..., protocol={3})",
        dnp_s(m->path), dnp_u(protocol), dnp_i(HIGHEST_PROTOCOL));
  return DENPA_OK;
}

static denpa_status do_frame(dnp_pickle_machine *m) { /* a hint for reading ahead */
  uint64_t length;
  DNP_TRY(take_number(m, 8, &length));
  if (length > m->size - m->at)
    return REFUSE(m, DENPA_ERROR_FORMAT,
        "{1}: byte {2}: a frame of {3} bytes, but the file has only {4} more; it is cut short", PLACE(m), dnp_u(length),
        dnp_u(m->size - m->at));
  return DENPA_OK;
}

static denpa_status do_stop(dnp_pickle_machine *m) {
  m->stopped = 1;
  if (m->depth != 1 || m->stack[0].kind != DNP_PICKLE_DICT)
    return REFUSE(m, DENPA_ERROR_FORMAT, "{1}: byte {2}: the pickle is not a dict of arrays", PLACE(m));
  if (m->at != m->size)
    return REFUSE(m, DENPA_ERROR_FORMAT,
        "{1}: {2} {2|byte|bytes} {2|follows|follow} the end of the pickle, from byte {3} on", dnp_s(m->path),
        dnp_u(m->size - m->at), dnp_u(m->at));
  return DENPA_OK;
}

/* All instructions of the pickle machine (Python's pickletools lists them); those without a function are refused by
 * name. */
static const struct {
  const char *name;
  denpa_status (*run)(dnp_pickle_machine *);
} opcodes[256] = {['('] = {"MARK", do_mark},
    ['.'] = {"STOP", do_stop},
    ['0'] = {"POP", NULL},
    ['1'] = {"POP_MARK", NULL},
    ['2'] = {"DUP", NULL},
    ['F'] = {"FLOAT", NULL},
    ['I'] = {"INT", do_int},
    ['J'] = {"BININT", do_binint},
    ['K'] = {"BININT1", do_binint1},
    ['L'] = {"LONG", NULL},
    ['M'] = {"BININT2", do_binint2},
    ['N'] = {"NONE", do_none},
    ['P'] = {"PERSID", NULL},
    ['Q'] = {"BINPERSID", NULL},
    ['R'] = {"REDUCE", dnp_pickle_reduce},
    ['S'] = {"STRING", NULL},
    ['T'] = {"BINSTRING", do_bytes4},
    ['U'] = {"SHORT_BINSTRING", do_bytes1},
    ['V'] = {"UNICODE", do_unicode},
    ['X'] = {"BINUNICODE", do_text4},
    ['a'] = {"APPEND", NULL},
    ['b'] = {"BUILD", dnp_pickle_build},
    ['c'] = {"GLOBAL", dnp_pickle_global},
    ['d'] = {"DICT", do_dict},
    ['}'] = {"EMPTY_DICT", do_empty_dict},
    ['e'] = {"APPENDS", NULL},
    ['g'] = {"GET", do_get},
    ['h'] = {"BINGET", do_get1},
    ['i'] = {"INST", NULL},
    ['j'] = {"LONG_BINGET", do_get4},
    ['l'] = {"LIST", NULL},
    [']'] = {"EMPTY_LIST", NULL},
    ['o'] = {"OBJ", NULL},
    ['p'] = {"PUT", do_put},
    ['q'] = {"BINPUT", do_put1},
    ['r'] = {"LONG_BINPUT", do_put4},
    ['s'] = {"SETITEM", do_setitem},
    ['t'] = {"TUPLE", do_tuple},
    [')'] = {"EMPTY_TUPLE", do_tuple0},
    ['u'] = {"SETITEMS", do_setitems},
    ['G'] = {"BINFLOAT", NULL},
    ['B'] = {"BINBYTES", do_bytes4},
    ['C'] = {"SHORT_BINBYTES", do_bytes1},
    [0x80] = {"PROTO", do_proto},
    [0x81] = {"NEWOBJ", NULL},
    [0x82] = {"EXT1", NULL},
    [0x83] = {"EXT2", NULL},
    [0x84] = {"EXT4", NULL},
    [0x85] = {"TUPLE1", do_tuple1},
    [0x86] = {"TUPLE2", do_tuple2},
    [0x87] = {"TUPLE3", do_tuple3},
    [0x88] = {"NEWTRUE", do_true},
    [0x89] = {"NEWFALSE", do_false},
    [0x8a] = {"LONG1", NULL},
    [0x8b] = {"LONG4", NULL},
    [0x8c] = {"SHORT_BINUNICODE", do_text1},
    [0x8d] = {"BINUNICODE8", do_text8},
    [0x8e] = {"BINBYTES8", do_bytes8},
    [0x8f] = {"EMPTY_SET", NULL},
    [0x90] = {"ADDITEMS", NULL},
    [0x91] = {"FROZENSET", NULL},
    [0x92] = {"NEWOBJ_EX", NULL},
    [0x93] = {"STACK_GLOBAL", dnp_pickle_stack_global},
    [0x94] = {"MEMOIZE", do_memoize},
    [0x95] = {"FRAME", do_frame},
    [0x96] = {"BYTEARRAY8", NULL},
    [0x97] = {"NEXT_BUFFER", NULL},
    [0x98] = {"READONLY_BUFFER", NULL}};

static denpa_status run(dnp_pickle_machine *m) {
  while (!m->stopped) {
    const unsigned char *opcode;
    m->opcode_at = m->at;
    DNP_TRY(take(m, 1, &opcode));
    if (opcodes[*opcode].name == NULL)
      return REFUSE(m, DENPA_ERROR_FORMAT,
          "{1}: byte {2}: {3:x} is not an instruction of a pickle; the file is damaged, or it is not a pickle",
          PLACE(m), dnp_u(*opcode));
    if (opcodes[*opcode].run == NULL)
      return REFUSE(m, DENPA_ERROR_REFUSED,
          "{1}: byte {2}: the instruction {3} is not needed for a dict of arrays and is refused; denpa never runs code "
          "from a file",
          PLACE(m), dnp_s(opcodes[*opcode].name));
    DNP_TRY(opcodes[*opcode].run(m));
  }
  return DENPA_OK;
}

/* ---- the result ------------------------------------------------------------------------------- */

static denpa_status key_text(const dnp_pickle_machine *m, const dnp_pickle_value *key, char out[DNP_MAX_NAME + 1]) {
  char text[64];
  const unsigned char *p = m->data + key->as.at;
  if ((key->kind != DNP_PICKLE_TEXT && key->kind != DNP_PICKLE_BYTES) || key->size == 0 || key->size > DNP_MAX_NAME ||
      memchr(p, 0, key->size) != NULL || memchr(p, '\\', key->size) != NULL)
    return REFUSE(m, DENPA_ERROR_UNSUPPORTED, "{1}: a key of the dict ('{2}') is not a plain name of 1 to {3} bytes",
        dnp_s(m->path), dnp_s(dnp_pickle_shown(m, key, text)), dnp_i(DNP_MAX_NAME));
  memcpy(out, p, key->size);
  out[key->size] = '\0';
  return DENPA_OK;
}

static denpa_status add_array(
    const dnp_pickle_machine *m, const char *name, const dnp_pickle_object *from, size_t *total, dnp_arrays *out) {
  dnp_array *array;
  size_t bytes = 0;
  unsigned char *decoded;
  const unsigned char *source = m->data + from->bytes.as.at;
  dnp_shape_bytes(from->dtype, from->axes, from->shape, &bytes);
  *total += bytes;
  if (*total > m->size)
    return REFUSE(m, DENPA_ERROR_FORMAT,
        "{1}: the arrays up to '{2}' take {3} bytes, more than the file has; does one stand under several names?",
        dnp_s(m->path), dnp_s(name), dnp_u(*total));
  if (dnp_arrays_find(out, name) != NULL)
    return REFUSE(m, DENPA_ERROR_FORMAT, "{1}: two arrays have the name '{2}'", dnp_s(m->path), dnp_s(name));
  DNP_TRY(dnp_arrays_add(out, name, from->dtype, from->axes, from->shape, &array, m->err));
  DNP_TRY(dnp_alloc((void **)&decoded, from->bytes.coding == DNP_PICKLE_PLAIN ? 0 : bytes, 1, m->err));
  denpa_status status = DENPA_OK;
  if (from->bytes.coding != DNP_PICKLE_PLAIN) {
    source = decoded;
    if (!decode_latin1(m, &from->bytes, decoded, bytes))
      status = REFUSE(m, DENPA_ERROR_FORMAT, "{1}: the bytes of '{2}' do not decode to the {3} of its shape",
          dnp_s(m->path), dnp_s(name), dnp_u(bytes));
  }
  if (status == DENPA_OK && from->fortran)
    dnp_copy_fortran(array, source);
  else if (status == DENPA_OK)
    memcpy(array->values, source, bytes);
  dnp_free(decoded);
  return status;
}

static denpa_status collect(const dnp_pickle_machine *m, dnp_arrays *out) {
  size_t total = 0;
  for (size_t i = 0; i < m->entry_count; i += 2) {
    char name[DNP_MAX_NAME + 1];
    const dnp_pickle_value *item = &m->entries[i + 1];
    DNP_TRY(key_text(m, &m->entries[i], name));
    if (item->kind != DNP_PICKLE_OBJECT || m->objects[item->as.at].type != DNP_PICKLE_NDARRAY ||
        !m->objects[item->as.at].built)
      return REFUSE(m, DENPA_ERROR_UNSUPPORTED, "{1}: '{2}' in the dict is not an array; denpa reads a dict of arrays",
          dnp_s(m->path), dnp_s(name));
    DNP_TRY(add_array(m, name, &m->objects[item->as.at], &total, out));
  }
  return DENPA_OK;
}

static size_t at_most(size_t limit, const dnp_pickle_machine *m) { return m->size < limit ? m->size : limit; }

/* Every instruction takes a byte of the file and pushes, remembers, pools or makes at most one thing (a tuple moves
 * what was pushed), so a room of one place for each byte of a small file is always enough. */
static denpa_status read_pickle(dnp_pickle_machine *m, dnp_arrays *out) {
  DNP_TRY(DNP_NEW(&m->stack, at_most(STACK_MOST, m), m->err));
  DNP_TRY(DNP_NEW(&m->memo, at_most(MEMO_MOST, m), m->err));
  DNP_TRY(DNP_NEW(&m->pool, at_most(POOL_MOST, m), m->err));
  DNP_TRY(DNP_NEW(&m->objects, at_most(DNP_PICKLE_OBJECTS_MOST, m), m->err));
  DNP_TRY(DNP_NEW(&m->entries, at_most(STACK_MOST, m), m->err));
  DNP_TRY(run(m));
  return collect(m, out);
}

denpa_status dnp_pickle_read(const char *path, dnp_arrays *out, denpa_error *err) {
  unsigned char *data;
  dnp_pickle_machine m = {.path = path, .err = err};
  *out = (dnp_arrays){0};
  DNP_TRY(dnp_load(path, DNP_FILE_LIMIT, &data, &m.size, err));
  m.data = data;
  denpa_status status = read_pickle(&m, out);
  if (status != DENPA_OK) dnp_arrays_free(out);
  dnp_free(m.entries);
  dnp_free(m.objects);
  dnp_free(m.pool);
  dnp_free(m.memo);
  dnp_free(m.stack);
  dnp_free(data);
  return status;
}
