/* test_pickle.c: pickled dicts of arrays: the book's own, Python's of every protocol, and files that try to do harm
 * (src/file/pickle.c). The pickles are written here as their bytes; opcodes beyond ASCII are in octal: \200 PROTO, \205
 * \206 \207 TUPLE1 to 3, \210 \211 NEWTRUE and NEWFALSE, \214 SHORT_BINUNICODE, \215 BINUNICODE8, \216 BINBYTES8, \223
 * STACK_GLOBAL, \224 MEMOIZE, \225 FRAME. */
#include <assert.h>

#include "file_tools.h"

static denpa_status read_pickle(const char *path, denpa_error *err) {
  dnp_arrays arrays;
  return done_arrays(dnp_pickle_read(path, &arrays, err), &arrays);
}

#define B(text) text, sizeof(text) - 1
#define P3 "\200\003"
#define RECONSTRUCT "cnumpy.core.multiarray\n_reconstruct\n"
#define RECONSTRUCT_2 "cnumpy._core.multiarray\n_reconstruct\n" /* as NumPy 2 spells it */
#define MADE "cnumpy\nndarray\nK\000\205C\001b\207R"
#define NEW RECONSTRUCT MADE
#define DTYPE(code) "cnumpy\ndtype\nX\002\000\000\000" code "K\000K\001\207R"
#define STATE(order) "(K\003X\001\000\000\000" order "NNNJ\377\377\377\377J\377\377\377\377K\000tb"
#define F4 DTYPE("f4") STATE("<")
#define NAME(one) "X\001\000\000\000" one
#define FILLED(shape, dtype, fortran, bytes) "(K\001" shape dtype fortran bytes "tb"
#define ARRAY(shape, dtype, fortran, bytes) NEW FILLED(shape, dtype, fortran, bytes)
#define LATIN1(four) "c_codecs\nencode\nX\004\000\000\000" four "X\006\000\000\000latin1\206R"
#define ESCAPED(text) "c_codecs\nencode\n(V" text "\nVlatin1\ntR"
#define ABCD ARRAY("K\001\205", F4, "\211", "C\004abcd")
#define DICT(items) P3 "}(" items "u."
#define GOOD DICT(NAME("W") ABCD)
#define GOOD_2 DICT(NAME("W") RECONSTRUCT_2 MADE FILLED("K\001\205", F4, "\211", "C\004abcd"))

static void assert_good(const char *path) {
  dnp_arrays arrays;
  OK(dnp_pickle_read(path, &arrays, err));
  assert_int_equal(arrays.count, 1);
  assert_string_equal(arrays.item[0].name, "W");
  assert_int_equal(arrays.item[0].dtype, DENPA_DTYPE_FLOAT32);
  assert_int_equal(arrays.item[0].axes, 1);
  assert_int_equal(arrays.item[0].shape[0], 1);
  assert_memory_equal(arrays.item[0].values, "abcd", 4);
  dnp_arrays_free(&arrays);
}

static void test_good(void **state) {
  (void)state;
  dnp_arrays arrays;
  assert_good(put_file("good", B(GOOD)));
  assert_good(put_file("good 2", B(GOOD_2)));
  /* bytes as Python 3 writes them in protocol 0: escaped, in both lengths */
  assert_good(
      put_file("escaped", B("(dp0\nVW\n" NEW "(K\001K\001\205" F4 "\211" ESCAPED("a\\u0062\\U00000063d") "tbs.")));
  OK(dnp_pickle_read(put_file("none", B(P3 "}.")), &arrays, err));
  assert_int_equal(arrays.count, 0);
  dnp_arrays_free(&arrays);
}

/* As Python 2 wrote it: names, codes and bytes are all strings. */
static void test_python2(void **state) {
  (void)state;
  dnp_arrays arrays;
  OK(dnp_pickle_read(
      put_file("two",
          B("\200\002}q\001U\001Wq\002cnumpy.core.multiarray\n_"
            "reconstruct\nq\003cnumpy\nndarray\nq\004K\000\205U\001b\207Rq\005(K\001K\001K\001\206cnumpy\ndtype\n"
            "U\002f8K\000K\001\207R(K\003U\001<"
            "NNNJ\377\377\377\377J\377\377\377\377K\000tb\211T\010\000\000\000abcdefghtbs.")),
      &arrays, err));
  assert_int_equal(arrays.count, 1);
  assert_string_equal(arrays.item[0].name, "W");
  assert_int_equal(arrays.item[0].axes, 2);
  assert_memory_equal(arrays.item[0].values, "abcdefgh", 8);
  dnp_arrays_free(&arrays);
}

/* ---- the book's pickles ----------------------------------------------------------------------- */

typedef struct expected {
  const char *file, *names; /* in the file's order */
  denpa_dtype dtype;
  const char *shapes;
} expected;

static const expected book[] = {
    {"ch03_sample_weight.pkl", "b2 W1 b1 W2 W3 b3", DENPA_DTYPE_FLOAT32,
        "(100,) (784, 50) (50,) (50, 100) (100, 10) (10,)"},
    {"ch07_params.pkl", "W1 b1 W2 b2 W3 b3", DENPA_DTYPE_FLOAT64,
        "(30, 1, 5, 5) (30,) (4320, 100) (100,) (100, 10) (10,)"},
    {"ch08_deep_convnet_params.pkl", "W1 b1 W2 b2 W3 b3 W4 b4 W5 b5 W6 b6 W7 b7 W8 b8", DENPA_DTYPE_FLOAT64,
        "(16, 1, 3, 3) (16,) (16, 16, 3, 3) (16,) (32, 16, 3, 3) (32,) (32, 32, 3, 3) (32,) (64, 32, 3, 3) (64,) (64, "
        "64, 3, 3) (64,) (1024, 50) (50,) (50, 10) (10,)"},
};

static void test_book(void **state) {
  (void)state;
  const char *data = getenv("DENPA_DATA");
  if (data == NULL) skip();
  for (size_t i = 0; i < sizeof book / sizeof *book; i++) {
    char path[512], names[256] = "", shapes[512] = "", shape[96];
    dnp_arrays arrays;
    assert_true(snprintf(path, sizeof path, "%s/book/%s", data, book[i].file) < 512);
    OK(dnp_pickle_read(path, &arrays, err));
    for (size_t k = 0; k < arrays.count; k++) {
      const dnp_array *a = &arrays.item[k];
      assert_int_equal(a->dtype, book[i].dtype);
      snprintf(names + strlen(names), sizeof names - strlen(names), k > 0 ? " %s" : "%s", a->name);
      snprintf(shapes + strlen(shapes), sizeof shapes - strlen(shapes), k > 0 ? " %s" : "%s",
          dnp_shape_text(a->axes, a->shape, shape));
    }
    assert_string_equal(names, book[i].names);
    assert_string_equal(shapes, book[i].shapes);
    dnp_arrays_free(&arrays);
  }
}

/* Every bit as Python's own pickle reads it. */
static void test_book_witness(void **state) {
  (void)state;
  const char *data = getenv("DENPA_DATA");
  if (data == NULL) skip();
  need_numpy();
  python("import os, pickle\n"
         "for f in ('ch03_sample_weight', 'ch07_params', 'ch08_deep_convnet_params'):\n"
         "  for n, a in pickle.load(open(os.environ['DENPA_DATA'] + '/book/' + f + '.pkl', 'rb')).items():\n"
         "    open('%s.%s.raw' % (f, n), 'wb').write(a.tobytes('C'))\n");
  for (size_t i = 0; i < sizeof book / sizeof *book; i++) {
    char path[512], name[160];
    dnp_arrays arrays;
    snprintf(path, sizeof path, "%s/book/%s", data, book[i].file);
    OK(dnp_pickle_read(path, &arrays, err));
    for (size_t k = 0; k < arrays.count; k++) {
      snprintf(name, sizeof name, "%.*s.%s", (int)(strlen(book[i].file) - 4), book[i].file, arrays.item[k].name);
      assert_raw(&arrays.item[k], name);
    }
    dnp_arrays_free(&arrays);
  }
}

/* ---- Python's pickles of every protocol ------------------------------------------------------- */

/* numpy.core is numpy._core from NumPy 2 on: whichever is here writes both spellings, in files p0, p1, ... and in
 * _p0, _p1, ... */
#define WITH_BOTH_SPELLINGS \
  "import numpy as np, pickle, sys\n" \
  "m = sys.modules.get('numpy._core.multiarray') or sys.modules['numpy.core.multiarray']\n" \
  "def write(value, name, protocol):\n" \
  "  for start, core in ('', 'numpy.core'), ('_', 'numpy._core'):\n" \
  "    spelling = core + '.multiarray'\n" \
  "    sys.modules.setdefault(core, np)\n" \
  "    sys.modules[spelling] = m\n" \
  "    m._reconstruct.__module__ = m.scalar.__module__ = spelling\n" \
  "    text = pickle.dumps(value, protocol)\n" \
  "    assert protocol == 5 or spelling.encode() in text\n" \
  "    open(start + name, 'wb').write(text)\n"

/* every_protocol SPELLING: "" or "_", with which its files begin. */
static void every_protocol(const char *spelling) {
  static const char *const names[] = {
      "W1", "b1", "F", "F4", "s", "i", "bytes", "\xe9\x87\x8d\xe3\x81\xbf", "same dtype"};
  for (int protocol = 0; protocol <= 4; protocol++) {
    dnp_arrays arrays;
    char file[16];
    snprintf(file, sizeof file, "%sp%d", spelling, protocol);
    if (protocol == 0) { /* it spells a name beyond ASCII with escapes, which are not taken for names */
      assert_refused(read_pickle, in_folder(file), DENPA_ERROR_UNSUPPORTED, "not a plain name");
    } else {
      OK(dnp_pickle_read(in_folder(file), &arrays, err));
      assert_int_equal(arrays.count, 9);
      for (size_t i = 0; i < arrays.count; i++) {
        assert_string_equal(arrays.item[i].name, names[i]);
        assert_raw(&arrays.item[i], names[i]);
      }
      dnp_arrays_free(&arrays);
    }
    snprintf(file, sizeof file, "%smany%d", spelling, protocol);
    OK(dnp_pickle_read(in_folder(file), &arrays, err));
    assert_int_equal(arrays.count, 2500);
    assert_true(((float *)arrays.item[2499].values)[3] == 2499.0f);
    dnp_arrays_free(&arrays);
  }
}

static void test_protocols(void **state) {
  (void)state;
  need_numpy();
  python(WITH_BOTH_SPELLINGS
      "r = np.random.RandomState(3)\n"
      "d = {'W1': r.randn(5, 7).astype('f4'), 'b1': r.randn(300), 'F': np.asfortranarray(r.randn(3, 4)), 'F4': "
      "np.asfortranarray(r.randn(2, 3, 4, 5)), 's': np.array(2.5),\n"
      "     'i': np.arange(-3, 3), 'bytes': np.frombuffer(bytes(range(256)), 'f4'), '\\u91cd\\u307f': np.ones(1)}\n"
      "d['same dtype'] = np.array(d['b1'][:4])\n"
      "for n, a in d.items(): open(n + '.raw', 'wb').write(a.tobytes('C'))\n"
      "for p in range(6): write(d, 'p%d' % p, p)\n"
      "many = {'w%d' % i: np.full((2, 2), i, 'f4') for i in range(2500)}\n"
      "for p in range(5): write(many, 'many%d' % p, p)\n"
      "write({'o': np.array([{}], object)}, 'object', 4)\n"
      "write({'o': np.zeros(2, '>f4')}, 'big', 4)\n"
      "write({'o': np.zeros(2, 'c16')}, 'complex', 4)\n"
      "write({'o': np.float64(1)}, 'scalar', 4)\n"
      "write({'o': np.zeros((1, 1, 1, 1, 1))}, 'five', 4)\n"
      "write([np.zeros(2)], 'list', 4)\n"
      "write({'o': {'i': np.zeros(2)}}, 'nested', 4)\n");
  every_protocol("");
  every_protocol("_");
  assert_refused(read_pickle, in_folder("p5"), DENPA_ERROR_UNSUPPORTED, "protocol 5; protocols 0 to 4 are read here");
  assert_refused(read_pickle, in_folder("object"), DENPA_ERROR_REFUSED, "array of Python objects (dtype O8)");
  assert_refused(read_pickle, in_folder("big"), DENPA_ERROR_UNSUPPORTED, "byte order '>'");
  assert_refused(read_pickle, in_folder("complex"), DENPA_ERROR_UNSUPPORTED, "dtype c16");
  assert_refused(read_pickle, in_folder("scalar"), DENPA_ERROR_REFUSED, "function numpy.core.multiarray.scalar");
  assert_refused(read_pickle, in_folder("_scalar"), DENPA_ERROR_REFUSED, "function numpy._core.multiarray.scalar");
  assert_refused(read_pickle, in_folder("five"), DENPA_ERROR_UNSUPPORTED, "more than 4 axes");
  assert_refused(read_pickle, in_folder("list"), DENPA_ERROR_REFUSED, "instruction EMPTY_LIST");
  assert_refused(read_pickle, in_folder("nested"), DENPA_ERROR_UNSUPPORTED, "dict inside a dict");
}

/* ---- bad files -------------------------------------------------------------------------------- */

typedef struct bad {
  const char *name, *data;
  size_t size;
  denpa_status status;
  const char *fragment;
} bad;

static const bad bads[] = {
    /* harm */
    {"os.system", B("cos\nsystem\n(S'true'\ntR."), DENPA_ERROR_REFUSED,
        "asks for the function os.system; denpa never runs code"},
    {"posix.system by STACK_GLOBAL", B("\200\004\214\005posix\214\006system\223\214\004true\205R."),
        DENPA_ERROR_REFUSED, "function posix.system"},
    {"builtins.eval", B("\200\003cbuiltins\neval\nX\001\000\000\0001\205R."), DENPA_ERROR_REFUSED,
        "function builtins.eval"},
    {"Python 2's __builtin__.eval", B("c__builtin__\neval\n(V1\ntR."), DENPA_ERROR_REFUSED,
        "function __builtin__.eval"},
    {"another function of numpy", B(P3 "cnumpy\nload\nX\001\000\000\000a\205R."), DENPA_ERROR_REFUSED,
        "function numpy.load"},
    {"a name with dots", B("\200\004\214\005numpy\214\013os.system()\223."), DENPA_ERROR_REFUSED,
        "function numpy.os.system()"},
    {"a function hidden in a dict", B(DICT(NAME("W") "cos\nsystem\n")), DENPA_ERROR_REFUSED, "function os.system"},
    {"a name with control characters", B("c\033[31m\nx\n."), DENPA_ERROR_REFUSED, "\\x1B[31m.x"},
    {"STACK_GLOBAL of a number", B("\200\004K\001K\001\223."), DENPA_ERROR_FORMAT, "function without a name"},
    {"REDUCE of ndarray itself", B(P3 "cnumpy\nndarray\nK\001\205R."), DENPA_ERROR_REFUSED,
        "call that no plain array needs"},
    {"REDUCE of text", B(P3 "X\001\000\000\000a)R."), DENPA_ERROR_REFUSED, "call that no plain array needs"},
    {"REDUCE of _reconstruct with another class", B(P3 RECONSTRUCT "cnumpy\ndtype\nK\000\205C\001b\207R."),
        DENPA_ERROR_REFUSED, "call that no plain array needs"},
    {"REDUCE without a tuple", B(P3 RECONSTRUCT "K\001R."), DENPA_ERROR_REFUSED, "call that no plain array needs"},
    {"encode to another coding", B(P3 "c_codecs\nencode\nX\001\000\000\000aX\003\000\000\000hex\206R."),
        DENPA_ERROR_REFUSED, "call that no plain array needs"},
    {"BUILD of a dict", B(P3 "}}b."), DENPA_ERROR_UNSUPPORTED, "dict inside a dict"},
    {"BUILD of text", B(P3 "X\001\000\000\000a)b."), DENPA_ERROR_REFUSED, "state of something that is not an array"},
    {"BUILD twice", B(DICT(NAME("W") ABCD "(K\001K\001\205" F4 "\211C\004abcdtb")), DENPA_ERROR_REFUSED,
        "state of something that is not an array"},
    {"INST", B("(ios\nsystem\n."), DENPA_ERROR_REFUSED, "instruction INST"},
    {"OBJ", B("(cnumpy\ndtype\no."), DENPA_ERROR_REFUSED, "instruction OBJ"},
    {"NEWOBJ", B("\200\002cnumpy\nndarray\n)\201."), DENPA_ERROR_REFUSED, "instruction NEWOBJ"},
    {"NEWOBJ_EX", B("\200\004)\222."), DENPA_ERROR_REFUSED, "instruction NEWOBJ_EX"},
    {"PERSID", B("Pid\n."), DENPA_ERROR_REFUSED, "instruction PERSID"},
    {"BINPERSID", B("\200\002K\001Q."), DENPA_ERROR_REFUSED, "instruction BINPERSID"},
    {"EXT1", B("\200\002\202\001."), DENPA_ERROR_REFUSED, "instruction EXT1"},
    {"DUP", B("\200\002}2."), DENPA_ERROR_REFUSED, "instruction DUP"},
    {"POP", B("\200\002}0."), DENPA_ERROR_REFUSED, "instruction POP"},
    {"LONG1", B("\200\002\212\377."), DENPA_ERROR_REFUSED, "instruction LONG1"},
    {"STRING", B("S'a'\n."), DENPA_ERROR_REFUSED, "instruction STRING"},
    {"FROZENSET", B("\200\004(\221."), DENPA_ERROR_REFUSED, "instruction FROZENSET"},
    /* the machine */
    {"unknown opcode", B(P3 "}\377."), DENPA_ERROR_FORMAT, "byte 3: 0xff is not an instruction"},
    {"text file", B("hello"), DENPA_ERROR_FORMAT, "value 101 is asked for"},
    {"protocol 5", B("\200\005}."), DENPA_ERROR_UNSUPPORTED, "protocol 5"},
    {"no STOP", B(P3 "}"), DENPA_ERROR_FORMAT, "needs 1 more bytes, but the file has only 0"},
    {"bytes after STOP", B(P3 "}.x"), DENPA_ERROR_FORMAT, "1 byte follows the end of the pickle, from byte 4"},
    {"STOP on an empty stack", B(P3 "."), DENPA_ERROR_FORMAT, "not a dict of arrays"},
    {"STOP with two values", B(P3 "N}."), DENPA_ERROR_FORMAT, "not a dict of arrays"},
    {"STOP with a number", B(P3 "K\001."), DENPA_ERROR_FORMAT, "not a dict of arrays"},
    {"stack underflow: TUPLE1", B(P3 "\205."), DENPA_ERROR_FORMAT, "finds no value on the stack"},
    {"stack underflow: TUPLE3", B(P3 "NN\207."), DENPA_ERROR_FORMAT, "finds no value on the stack"},
    {"stack underflow: TUPLE2 over a mark", B(P3 "N(N\206."), DENPA_ERROR_FORMAT, "finds no value on the stack"},
    {"stack underflow: REDUCE", B(P3 ")R."), DENPA_ERROR_FORMAT, "finds no value on the stack"},
    {"stack underflow: SETITEM", B(P3 "}Ns."), DENPA_ERROR_FORMAT, "finds no value on the stack"},
    {"stack underflow: MEMOIZE", B("\200\004\224."), DENPA_ERROR_FORMAT, "finds no value on the stack"},
    {"stack underflow: BUILD", B(P3 ")b."), DENPA_ERROR_REFUSED, "state of something"},
    {"TUPLE without a mark", B(P3 "NNt."), DENPA_ERROR_FORMAT, "finds no mark"},
    {"SETITEMS without a mark", B(P3 "}NNu."), DENPA_ERROR_FORMAT, "finds no mark"},
    {"SETITEMS of an odd number", B(P3 "}(Nu."), DENPA_ERROR_FORMAT, "something that is not a dict"},
    {"SETITEMS on a number", B(P3 "K\001(NNu."), DENPA_ERROR_FORMAT, "something that is not a dict"},
    {"SETITEMS on nothing", B(P3 "(NNu."), DENPA_ERROR_FORMAT, "something that is not a dict"},
    {"SETITEM on a number", B(P3 "K\001NNs."), DENPA_ERROR_FORMAT, "something that is not a dict"},
    {"DICT in one piece", B("(NNd."), DENPA_ERROR_UNSUPPORTED, "dict made in one piece"},
    {"tuple of nine", B(P3 "(NNNNNNNNNt."), DENPA_ERROR_FORMAT, "tuple of 9 items"},
    {"memo never written", B(P3 "h\007."), DENPA_ERROR_FORMAT, "value 7 is asked for, but was never remembered"},
    {"memo beyond the file", B(P3 "j\377\377\377\377."), DENPA_ERROR_FORMAT, "value 4294967295 is asked for"},
    {"memo written beyond the file", B(P3 "}r\377\377\377\177."), DENPA_ERROR_FORMAT, "remembered value 2147483647"},
    {"memo of a negative number", B("}p-1\n."), DENPA_ERROR_FORMAT, "remembered value"},
    {"memo of no number", B("}pzero\n."), DENPA_ERROR_FORMAT, "'zero' is not a whole number"},
    {"INT of no number", B("I1.5\n."), DENPA_ERROR_FORMAT, "'1.5' is not a whole number"},
    {"INT of twenty digits", B("I99999999999999999999\n."), DENPA_ERROR_FORMAT, "is not a whole number"},
    {"line without end", B("I12"), DENPA_ERROR_FORMAT, "line of the instruction does not end"},
    {"GLOBAL without a second line", B("cnumpy\nndarray"), DENPA_ERROR_FORMAT, "line of the instruction does not end"},
    {"text cut short", B(P3 "X\005\000\000\000abc"), DENPA_ERROR_FORMAT, "needs 5 more bytes, but the file has only 3"},
    {"length cut short", B(P3 "X\005\000"), DENPA_ERROR_FORMAT, "needs 4 more bytes"},
    {"BINBYTES of 4 GiB", B(P3 "B\377\377\377\377abc."), DENPA_ERROR_FORMAT, "needs 4294967295 more bytes"},
    {"BINBYTES8 of 2^64-1", B("\200\004\216\377\377\377\377\377\377\377\377abc."), DENPA_ERROR_FORMAT,
        "needs 18446744073709551615 more bytes"},
    {"BINUNICODE8 of 2^63", B("\200\004\215\000\000\000\000\000\000\000\200abc."), DENPA_ERROR_FORMAT,
        "needs 9223372036854775808 more bytes"},
    {"frame longer than the file", B("\200\004\225\377\000\000\000\000\000\000\000}."), DENPA_ERROR_FORMAT,
        "frame of 255 bytes"},
    /* arrays */
    {"dtype of objects", B(DICT(NAME("W") ARRAY("K\001\205", DTYPE("O8") STATE("|"), "\211", "C\004abcd"))),
        DENPA_ERROR_REFUSED, "dtype O8"},
    {"dtype of half precision", B(DICT(NAME("W") ARRAY("K\001\205", DTYPE("f2") STATE("<"), "\211", "C\002ab"))),
        DENPA_ERROR_UNSUPPORTED, "dtype f2"},
    {"big-endian", B(DICT(NAME("W") ARRAY("K\001\205", DTYPE("f4") STATE(">"), "\211", "C\004abcd"))),
        DENPA_ERROR_UNSUPPORTED, "byte order '>'"},
    {"dtype without state", B(DICT(NAME("W") ARRAY("K\001\205", DTYPE("f4"), "\211", "C\004abcd"))), DENPA_ERROR_FORMAT,
        "unfinished dtype"},
    {"dtype of records",
        B(P3 "}" DTYPE(
            "f4") "(K\003X\001\000\000\000<NX\001\000\000\000a\205NJ\377\377\377\377J\377\377\377\377K\000tb."),
        DENPA_ERROR_UNSUPPORTED, "not one of plain numbers"},
    {"dtype with a short state", B(P3 "}" DTYPE("f4") "K\003\205b."), DENPA_ERROR_UNSUPPORTED,
        "not one of plain numbers"},
    {"array as its own dtype", B(P3 NEW "q\001(K\001K\001\205h\001\211C\004abcdtb."), DENPA_ERROR_FORMAT,
        "unfinished dtype"},
    {"array with a short state", B(DICT(NAME("W") NEW "K\001\205b")), DENPA_ERROR_FORMAT,
        "not made of a shape, a dtype and bytes"},
    {"array with text for bytes", B(DICT(NAME("W") ARRAY("K\001\205", F4, "\211", "X\004\000\000\000abcd"))),
        DENPA_ERROR_FORMAT, "not made of a shape"},
    {"array with a list for bytes", B(DICT(NAME("W") ARRAY("K\001\205", F4, "\211", "]"))), DENPA_ERROR_REFUSED,
        "EMPTY_LIST"},
    {"shape that is a number", B(DICT(NAME("W") ARRAY("K\001", F4, "\211", "C\004abcd"))), DENPA_ERROR_UNSUPPORTED,
        "has no shape"},
    {"shape of text", B(DICT(NAME("W") ARRAY("X\001\000\000\000a\205", F4, "\211", "C\004abcd"))), DENPA_ERROR_FORMAT,
        "axis 0 of the shape"},
    {"negative shape", B(DICT(NAME("W") ARRAY("J\377\377\377\377\205", F4, "\211", "C\004abcd"))), DENPA_ERROR_FORMAT,
        "axis 0 of the shape"},
    {"five axes", B(DICT(NAME("W") ARRAY("(K\001K\001K\001K\001K\001t", F4, "\211", "C\004abcd"))),
        DENPA_ERROR_UNSUPPORTED, "more than 4 axes"},
    {"shape beyond its bytes", B(DICT(NAME("W") ARRAY("K\002\205", F4, "\211", "C\004abcd"))), DENPA_ERROR_FORMAT,
        "4 bytes do not fit the shape (2,) of float32"},
    {"shape within its bytes", B(DICT(NAME("W") ARRAY("K\001\205", F4, "\211", "C\005abcde"))), DENPA_ERROR_FORMAT,
        "5 bytes do not fit the shape (1,) of float32"},
    {"shape whose product overflows",
        B(DICT(NAME("W") ARRAY("(I999999999999999999\nI999999999999999999\nt", F4, "\211", "C\004abcd"))),
        DENPA_ERROR_FORMAT, "do not fit the shape (999999999999999999, 999999999999999999)"},
    {"encoded bytes beyond latin-1",
        B(DICT(NAME("W") ARRAY(
            "K\001\205", F4, "\211", "c_codecs\nencode\nX\006\000\000\000\304\200abcdX\006\000\000\000latin1\206R"))),
        DENPA_ERROR_FORMAT, "do not decode to the 4"},
    {"encoded bytes of a wrong number",
        B(DICT(NAME("W") ARRAY(
            "K\001\205", F4, "\211", "c_codecs\nencode\nX\005\000\000\000abcdeX\006\000\000\000latin1\206R"))),
        DENPA_ERROR_FORMAT, "do not decode to the 4"},
    {"escaped bytes that are broken",
        B("(dp0\nVW\n" NEW "(K\001K\001\205" F4 "\211c_codecs\nencode\n(Vabc\\u00zz\nVlatin1\ntRtbs."),
        DENPA_ERROR_FORMAT, "do not decode to the 4"},
    /* what stands where something else is expected */
    {"STACK_GLOBAL of nothing", B("\200\004\223."), DENPA_ERROR_FORMAT, "finds no value on the stack"},
    {"STACK_GLOBAL of one text", B("\200\004\214\001a\223."), DENPA_ERROR_FORMAT, "finds no value on the stack"},
    {"STACK_GLOBAL of a number after text", B("\200\004\214\001aK\001\223."), DENPA_ERROR_FORMAT,
        "function without a name"},
    {"BUILD of nothing", B(P3 "b."), DENPA_ERROR_FORMAT, "finds no value on the stack"},
    {"REDUCE of _reconstruct with two values", B(P3 RECONSTRUCT "cnumpy\nndarray\nK\000\206R."), DENPA_ERROR_REFUSED,
        "call that no plain array needs"},
    {"REDUCE of _reconstruct with a number", B(P3 RECONSTRUCT "K\001K\000C\001b\207R."), DENPA_ERROR_REFUSED,
        "call that no plain array needs"},
    {"REDUCE of dtype with two values", B(P3 "cnumpy\ndtype\nX\002\000\000\000f4K\000\206R."), DENPA_ERROR_REFUSED,
        "call that no plain array needs"},
    {"REDUCE of dtype with numbers", B(P3 "cnumpy\ndtype\nK\001K\000K\001\207R."), DENPA_ERROR_REFUSED,
        "call that no plain array needs"},
    {"encode of one value", B(P3 "c_codecs\nencode\nX\001\000\000\000a\205R."), DENPA_ERROR_REFUSED,
        "call that no plain array needs"},
    {"encode of a number", B(P3 "c_codecs\nencode\nK\001X\006\000\000\000latin1\206R."), DENPA_ERROR_REFUSED,
        "call that no plain array needs"},
    {"dtype without a name", B(P3 "cnumpy\ndtype\nX\000\000\000\000K\000K\001\207R."), DENPA_ERROR_UNSUPPORTED,
        "dtype  is not read here"},
    {"dtype whose state begins with text",
        B(P3 "}" DTYPE("f4") "(NX\001\000\000\000<NNNJ\377\377\377\377J\377\377\377\377K\000tb."),
        DENPA_ERROR_UNSUPPORTED, "not one of plain numbers"},
    {"dtype of another dtype",
        B(P3 "}" DTYPE("f4") "(K\003X\001\000\000\000<K\001NNJ\377\377\377\377J\377\377\377\377K\000tb."),
        DENPA_ERROR_UNSUPPORTED, "not one of plain numbers"},
    {"dtype of fields",
        B(P3 "}" DTYPE("f4") "(K\003X\001\000\000\000<NNK\001J\377\377\377\377J\377\377\377\377K\000tb."),
        DENPA_ERROR_UNSUPPORTED, "not one of plain numbers"},
    {"array whose state begins with none", B(DICT(NAME("W") NEW "(NK\001\205" F4 "\211C\004abcdtb")),
        DENPA_ERROR_FORMAT, "not made of a shape, a dtype and bytes"},
    {"array with a number for its dtype", B(DICT(NAME("W") ARRAY("K\001\205", "K\001", "\211", "C\004abcd"))),
        DENPA_ERROR_FORMAT, "not made of a shape, a dtype and bytes"},
    {"array with a number for its order", B(DICT(NAME("W") ARRAY("K\001\205", F4, "K\001", "C\004abcd"))),
        DENPA_ERROR_FORMAT, "not made of a shape, a dtype and bytes"},
    {"encoded bytes that begin inside a character",
        B(DICT(NAME("W") ARRAY("K\001\205", F4, "\211", LATIN1("\200abc")))), DENPA_ERROR_FORMAT,
        "do not decode to the 4"},
    {"encoded bytes beyond Unicode", B(DICT(NAME("W") ARRAY("K\001\205", F4, "\211", LATIN1("\370abc")))),
        DENPA_ERROR_FORMAT, "do not decode to the 4"},
    {"encoded bytes that end inside a character", B(DICT(NAME("W") ARRAY("K\001\205", F4, "\211", LATIN1("abc\303")))),
        DENPA_ERROR_FORMAT, "do not decode to the 4"},
    {"encoded bytes with a broken character", B(DICT(NAME("W") ARRAY("K\001\205", F4, "\211", LATIN1("\303abc")))),
        DENPA_ERROR_FORMAT, "do not decode to the 4"},
    {"encoded bytes of three", B(DICT(NAME("W") ARRAY("K\001\205", F4, "\211", LATIN1("\342\202\254a")))),
        DENPA_ERROR_FORMAT, "do not decode to the 4"},
    {"encoded bytes of four", B(DICT(NAME("W") ARRAY("K\001\205", F4, "\211", LATIN1("\360\237\230\200")))),
        DENPA_ERROR_FORMAT, "do not decode to the 4"},
    {"escaped bytes that end early", B("(dp0\nVW\n" NEW "(K\001K\001\205" F4 "\211" ESCAPED("abc\\u0") "tbs."),
        DENPA_ERROR_FORMAT, "do not decode to the 4"},
    {"escaped bytes beyond latin-1", B("(dp0\nVW\n" NEW "(K\001K\001\205" F4 "\211" ESCAPED("abc\\U00000100") "tbs."),
        DENPA_ERROR_FORMAT, "do not decode to the 4"},
    {"long escapes that are broken", B("(dp0\nVW\n" NEW "(K\001K\001\205" F4 "\211" ESCAPED("abc\\U0000006/") "tbs."),
        DENPA_ERROR_FORMAT, "do not decode to the 4"},
    /* the dict */
    {"value that is a number", B(DICT(NAME("W") "K\001")), DENPA_ERROR_UNSUPPORTED, "'W' in the dict is not an array"},
    {"value that is a dtype", B(DICT(NAME("W") F4)), DENPA_ERROR_UNSUPPORTED, "'W' in the dict is not an array"},
    {"value that is unfinished", B(DICT(NAME("W") NEW)), DENPA_ERROR_UNSUPPORTED, "'W' in the dict is not an array"},
    {"value that is the dict itself", B(P3 "}q\000X\001\000\000\000Wh\000s."), DENPA_ERROR_UNSUPPORTED,
        "'W' in the dict is not an array"},
    {"key that is a number", B(DICT("K\001" ABCD)), DENPA_ERROR_UNSUPPORTED, "not a plain name"},
    {"key that is a mark", B(P3 "}(Ns."), DENPA_ERROR_UNSUPPORTED, "not a plain name"},
    {"key that is empty", B(DICT("X\000\000\000\000" ABCD)), DENPA_ERROR_UNSUPPORTED, "not a plain name"},
    {"key with a zero", B(DICT("X\002\000\000\000W\000" ABCD)), DENPA_ERROR_UNSUPPORTED, "not a plain name"},
    {"key too long", B(DICT("X\100\000\000\0000123456789012345678901234567890123456789012345678901234567890123" ABCD)),
        DENPA_ERROR_UNSUPPORTED, "not a plain name of 1 to 63 bytes"},
    {"key twice", B(DICT(NAME("W") ABCD NAME("W") ABCD)), DENPA_ERROR_FORMAT, "two arrays have the name 'W'"},
};

static void test_bad(void **state) {
  const bad *row = *state;
  assert_refused(read_pickle, put_file("bad", row->data, row->size), row->status, row->fragment);
}

/* A good pickle cut anywhere is refused. */
static void test_truncated(void **state) {
  (void)state;
  for (size_t size = 1; size < sizeof GOOD - 1; size++)
    assert_int_equal(read_pickle(put_file("cut", GOOD, size), NULL), DENPA_ERROR_FORMAT);
}

/* One array under many names must not make a small file into much memory. */
static void test_multiplied(void **state) {
  (void)state;
  block b = {.size = 0};
  put_bytes(&b, B(P3 "}(" NAME("W") NEW "(K\001M\000\020\205" F4 "\211B\000\100\000\000"));
  for (int i = 0; i < 4096 * 4; i++) put_bytes(&b, "x", 1);
  put_bytes(&b, B("tbq\001"));
  for (int i = 'a'; i <= 'z'; i++) {
    put_bytes(&b, B(NAME("")));
    put_bytes(&b, &(char){(char)i}, 1);
    put_bytes(&b, B("h\001"));
  }
  put_bytes(&b, B("u."));
  assert_refused(read_pickle, put_file("bad", b.data, b.size), DENPA_ERROR_FORMAT,
      "arrays up to 'a' take 32768 bytes, more than the file has");
}

static void test_deep_stack(void **state) {
  (void)state;
  block b = {.size = 0};
  put_bytes(&b, B(P3));
  for (int i = 0; i < 20000; i++) put_bytes(&b, "N", 1);
  assert_refused(
      read_pickle, put_file("bad", b.data, b.size), DENPA_ERROR_FORMAT, "more than 16384 values wait on the stack");
}

static void test_many_tuples(void **state) {
  (void)state;
  block b = {.size = 0};
  put_bytes(&b, B(P3 "N"));
  for (int i = 0; i < 65400; i++) put_bytes(&b, "\205", 1);
  /* one in the other, without recursion */
  assert_refused(read_pickle, put_file("bad", b.data, b.size), DENPA_ERROR_FORMAT, "needs 1 more bytes");
}

/* ---- attacks ---------------------------------------------------------------------------------- */

static void test_trouble(void **state) {
  (void)state;
  assert_file_trouble(read_pickle);
}

#define ENCODED "(dp0\nVW\n" NEW "(K\001K\001\205" F4 "\211c_codecs\nencode\n(Vabc\\u0000\nVlatin1\ntRtbs."

static void test_mutants(void **state) {
  (void)state;
  assert_true(mutate(read_pickle, put_file("good", B(GOOD)), 7) > 0);
  assert_true(mutate(read_pickle, put_file("encoded", B(ENCODED)), 8) > 0);
}

static void test_starved(void **state) {
  (void)state;
  starve(read_pickle, put_file("good", B(GOOD)));
  starve(read_pickle, put_file("encoded", B(ENCODED)));
}

int main(void) {
  struct CMUnitTest tests[160] = {
      cmocka_unit_test(test_good),
      cmocka_unit_test(test_python2),
      cmocka_unit_test(test_book),
      cmocka_unit_test(test_book_witness),
      cmocka_unit_test(test_protocols),
      cmocka_unit_test(test_truncated),
      cmocka_unit_test(test_multiplied),
      cmocka_unit_test(test_deep_stack),
      cmocka_unit_test(test_many_tuples),
      cmocka_unit_test(test_trouble),
      cmocka_unit_test(test_mutants),
      cmocka_unit_test(test_starved),
  };
  size_t used = 12;
  CASES(tests, used, bads, test_bad);
  return _cmocka_run_group_tests("pickle", tests, used, make_folder, remove_folder);
}
