/* test_npy.c: .npy files and .npz archives, with NumPy as a witness in both directions (src/file/npy.c,
 * npz.formats.c). */
#include <assert.h>
#include <zlib.h>

#include "file/bytes.h"
#include "file_tools.h"

static denpa_status read_npy(const char *path, denpa_error *err) {
  dnp_array array;
  return done_array(dnp_npy_read(path, &array, err), &array);
}

static denpa_status read_npz(const char *path, denpa_error *err) {
  dnp_arrays arrays;
  return done_arrays(dnp_npz_read(path, &arrays, err), &arrays);
}

static void test_npy_round_trip(void **state) {
  (void)state;
  dnp_arrays all = {0};
  fill_all(&all);
  for (size_t i = 0; i < all.count; i++) {
    dnp_array back;
    OK(dnp_npy_write(in_folder("trip.npy"), &all.item[i], err));
    OK(dnp_npy_read(in_folder("trip.npy"), &back, err));
    memcpy(back.name, all.item[i].name, sizeof back.name); /* a .npy has no name inside */
    assert_same_array(&all.item[i], &back);
    dnp_free(back.values);
  }
  dnp_arrays_free(&all);
}

static void test_npz_round_trip(void **state) {
  (void)state;
  dnp_arrays all = {0}, back;
  fill_all(&all);
  OK(dnp_npz_write(in_folder("a.npz"), all.item, all.count, err));
  OK(dnp_npz_write(in_folder("b.npz"), all.item, all.count, err));
  size_t a_size, b_size;
  unsigned char *a = get_file(in_folder("a.npz"), &a_size), *b = get_file(in_folder("b.npz"), &b_size);
  assert_int_equal(a_size, b_size);
  assert_memory_equal(a, b, a_size);
  assert_memory_equal(a + 10, "\0\0\x21\0", 4); /* 1980-01-01 00:00 */
  free(a);
  free(b);
  OK(dnp_npz_read(in_folder("a.npz"), &back, err));
  assert_int_equal(back.count, all.count);
  for (size_t i = 0; i < all.count; i++) assert_same_array(&all.item[i], &back.item[i]);
  dnp_arrays_free(&back);
  OK(dnp_npz_write(in_folder("none.npz"), NULL, 0, err));
  OK(dnp_npz_read(in_folder("none.npz"), &back, err));
  assert_int_equal(back.count, 0);
  dnp_arrays_free(&back);
  all.item[1].name[0] = '\0';
  strcpy(all.item[1].name, all.item[0].name);
  denpa_error err = {0};
  assert_int_equal(dnp_npz_write(in_folder("twice.npz"), all.item, 2, &err), DENPA_ERROR_ARGUMENT);
  dnp_arrays_free(&all);
}

/* ---- NumPy ------------------------------------------------------------------------------------ */

static const char *const names[] = {
    "float32.2", "float64.3", "uint8.1", "int32.0", "int64.4", "fortran2", "fortran4", "empty"};

static const char write_all[] =
    "import numpy as np\n"
    "r = np.random.RandomState(5)\n"
    "def some(t, s): return (r.standard_normal(s) * 100).astype(t)\n"
    "d = {'float32.2': some('<f4', (3, 5)), 'float64.3': some('<f8', (2, 3, 4)), 'uint8.1': r.randint(0, 256, "
    "7).astype('u1'),\n"
    "     'int32.0': np.array(-5, '<i4'), 'int64.4': some('<i8', (2, 1, 3, 2)), 'fortran2': "
    "np.asfortranarray(some('<f8', (4, 3))),\n"
    "     'fortran4': np.asfortranarray(some('<f4', (2, 3, 4, 5))), 'empty': np.zeros((0, 3), 'f4')}\n"
    "for n, a in d.items():\n"
    "  np.save(n + '.npy', a)\n"
    "  open(n + '.raw', 'wb').write(a.tobytes('C'))\n"
    "np.savez('stored.npz', **d)\n"
    "np.savez_compressed('packed.npz', **d)\n"
    "import numpy.lib.format as f\n"
    "for v in (2, 3): f.write_array(open('v%d.npy' % v, 'wb'), d['float32.2'], version=(v, 0))\n"
    "np.save('big.npy', np.zeros(3, '>f4')); np.save('object.npy', np.array([{}, 1], object), allow_pickle=True)\n"
    "np.save('half.npy', np.zeros(3, 'f2')); np.save('records.npy', np.zeros(3, [('a', 'f4'), ('b', 'i4')])); "
    "np.save('five.npy', np.zeros((1, 1, 1, 1, 1)))\n";

static void test_from_numpy(void **state) {
  (void)state;
  need_numpy();
  python(write_all);
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    char file[96];
    dnp_array array;
    snprintf(file, sizeof file, "%s.npy", names[i]);
    OK(dnp_npy_read(in_folder(file), &array, err));
    assert_raw(&array, names[i]);
    dnp_free(array.values);
  }
  for (int v = 2; v <= 3; v++) {
    dnp_array array;
    OK(dnp_npy_read(in_folder(v == 2 ? "v2.npy" : "v3.npy"), &array, err));
    assert_raw(&array, "float32.2");
    dnp_free(array.values);
  }
  for (int packed = 0; packed < 2; packed++) {
    dnp_arrays arrays;
    OK(dnp_npz_read(in_folder(packed ? "packed.npz" : "stored.npz"), &arrays, err));
    assert_int_equal(arrays.count, sizeof names / sizeof *names);
    for (size_t i = 0; i < arrays.count; i++) {
      assert_string_equal(arrays.item[i].name, names[i]);
      assert_raw(&arrays.item[i], names[i]);
    }
    assert_int_equal(arrays.item[3].axes, 0);
    assert_int_equal(((int32_t *)arrays.item[3].values)[0], -5);
    dnp_arrays_free(&arrays);
  }
  assert_refused(read_npy, in_folder("big.npy"), DENPA_ERROR_UNSUPPORTED, "big-endian (dtype >f4)");
  assert_refused(read_npy, in_folder("object.npy"), DENPA_ERROR_REFUSED, "Python objects (dtype |O)");
  assert_refused(read_npy, in_folder("half.npy"), DENPA_ERROR_UNSUPPORTED, "dtype <f2");
  assert_refused(read_npy, in_folder("records.npy"), DENPA_ERROR_UNSUPPORTED, "records");
  assert_refused(read_npy, in_folder("five.npy"), DENPA_ERROR_UNSUPPORTED, "more than 4 axes");
}

static void test_to_numpy(void **state) {
  (void)state;
  need_numpy();
  dnp_arrays all = {0};
  fill_all(&all);
  OK(dnp_npz_write(in_folder("ours.npz"), all.item, all.count, err));
  for (size_t i = 0; i < all.count; i++) {
    char file[96];
    snprintf(file, sizeof file, "ours.%s.npy", all.item[i].name);
    OK(dnp_npy_write(in_folder(file), &all.item[i], err));
    snprintf(file, sizeof file, "ours.%s.raw", all.item[i].name);
    put_file(file, all.item[i].values, dnp_array_count(&all.item[i]) * dnp_dtype_size(all.item[i].dtype));
  }
  dnp_arrays_free(&all);
  python("import numpy as np, zipfile\n"
         "assert zipfile.ZipFile('ours.npz').testzip() is None\n"
         "z = np.load('ours.npz', allow_pickle=False)\n"
         "shapes = [(), (7,), (3, 5), (2, 3, 4), (2, 1, 3, 2)]\n"
         "want = [('%s.%d' % (t, n), t, shapes[n]) for t in ('float32', 'float64', 'uint8', 'int32', 'int64') for n in "
         "range(5)] + [('empty', 'float32', (0, 3))]\n"
         "assert z.files == [n for n, t, s in want], z.files\n"
         "for n, t, s in want:\n"
         "  for a in (z[n], np.load('ours.' + n + '.npy', allow_pickle=False)):\n"
         "    assert a.dtype == np.dtype(t) and a.shape == s and a.tobytes() == open('ours.' + n + '.raw', "
         "'rb').read(), n\n");
}

/* ---- bad .npy files --------------------------------------------------------------------------- */

#define B(text) text, sizeof(text) - 1

/* A version 1.0 file with this text as its header and so many bytes of data. */
typedef struct bad_header {
  const char *name, *text;
  size_t data;
  denpa_status status;
  const char *fragment;
} bad_header;

#define F4(shape) "{'descr': '<f4', 'fortran_order': False, 'shape': " shape "}"

static const bad_header bad_headers[] = {
    {"npy: not a dictionary", "[1, 2]", 8, DENPA_ERROR_FORMAT, "no opening brace at byte 10"},
    {"npy: empty header", "", 8, DENPA_ERROR_FORMAT, "no opening brace at byte 10"},
    {"npy: dictionary not closed", "{'descr': '<f4', 'fortran_order': False, 'shape': (2,)", 8, DENPA_ERROR_FORMAT,
        "no comma or closing brace"},
    {"npy: something after the dictionary", F4("(2,)") " x", 8, DENPA_ERROR_FORMAT, "no end of the header"},
    {"npy: no commas", "{'descr': '<f4' 'fortran_order': False}", 8, DENPA_ERROR_FORMAT,
        "no comma or closing brace at byte 26"},
    {"npy: no shape", "{'descr': '<f4', 'fortran_order': False}", 8, DENPA_ERROR_FORMAT, "key 'shape' is missing"},
    {"npy: no dtype", "{'shape': (2,), 'fortran_order': False}", 8, DENPA_ERROR_FORMAT, "key 'descr' is missing"},
    {"npy: unknown key", "{'evil': 1}", 8, DENPA_ERROR_FORMAT, "key 'evil' is unknown or stands twice"},
    {"npy: key twice", "{'shape': (2,), 'shape': (2,)}", 8, DENPA_ERROR_FORMAT,
        "key 'shape' is unknown or stands twice"},
    {"npy: key without quotes", "{descr: '<f4'}", 8, DENPA_ERROR_FORMAT, "no text in quotes at byte 11"},
    {"npy: text without end", "{'descr", 8, DENPA_ERROR_FORMAT, "no short text in quotes"},
    {"npy: order that is no truth value", "{'fortran_order': 0}", 8, DENPA_ERROR_FORMAT, "no True or False"},
    {"npy: shape that is a number", F4("(2)"), 8, DENPA_ERROR_FORMAT, "no comma or closing bracket"},
    {"npy: shape that is a list", F4("[2]"), 8, DENPA_ERROR_FORMAT, "no tuple"},
    {"npy: negative axis", F4("(-2,)"), 8, DENPA_ERROR_FORMAT, "no whole number"},
    {"npy: real axis", F4("(2.0,)"), 8, DENPA_ERROR_FORMAT, "no comma or closing bracket"},
    {"npy: axis beyond 64 bits", F4("(99999999999999999999,)"), 8, DENPA_ERROR_FORMAT,
        "no number that this machine can hold"},
    {"npy: product beyond 64 bits", F4("(4294967296, 4294967296)"), 8, DENPA_ERROR_FORMAT,
        "the shape (4294967296, 4294967296) of float32 is larger"},
    {"npy: bytes beyond 64 bits", F4("(4611686018427387906,)"), 8, DENPA_ERROR_FORMAT,
        "the shape (4611686018427387906,) of float32 is larger"},
    {"npy: axes beyond 64 bits beside one of 0", F4("(4294967296, 4294967296, 0)"), 0, DENPA_ERROR_FORMAT,
        "the shape (4294967296, 4294967296, 0) of float32 is larger"},
    {"npy: axis with a leading zero", F4("(02,)"), 8, DENPA_ERROR_FORMAT, "no whole number at byte 61"},
    {"npy: axis with the letter alone", F4("(L,)"), 8, DENPA_ERROR_FORMAT, "no whole number"},
    {"npy: carriage return", F4("(2,)") "\r\n", 8, DENPA_ERROR_FORMAT, "no end of the header"},
    {"npy: begun on the second line", "\n" F4("(2,)"), 8, DENPA_ERROR_FORMAT, "no opening brace at byte 10"},
    {"npy: five axes", F4("(1, 1, 1, 1, 2)"), 8, DENPA_ERROR_UNSUPPORTED, "more than 4 axes"},
    {"npy: code in the shape", F4("(__import__('os'),)"), 8, DENPA_ERROR_FORMAT, "no whole number"},
    {"npy: data cut short", F4("(2,)"), 7, DENPA_ERROR_FORMAT, "7 bytes of data do not fit the shape (2,) of float32"},
    {"npy: data too long", F4("(2,)"), 9, DENPA_ERROR_FORMAT, "9 bytes of data do not fit the shape (2,) of float32"},
    {"npy: dtype of objects", "{'descr': '|O', 'fortran_order': False, 'shape': (2,)}", 8, DENPA_ERROR_REFUSED,
        "Python objects"},
    {"npy: complex numbers", "{'descr': '<c8', 'fortran_order': False, 'shape': (1,)}", 8, DENPA_ERROR_UNSUPPORTED,
        "dtype <c8"},
};

static void test_bad_header(void **state) {
  const bad_header *row = *state;
  block file = {.size = 0};
  put_bytes(&file, "\x93NUMPY\x01\0", 8);
  put_number(&file, strlen(row->text), 2);
  put_bytes(&file, row->text, strlen(row->text));
  put_bytes(&file, "abcdefghijklm", row->data);
  assert_refused(read_npy, put_file("bad.npy", file.data, file.size), row->status, row->fragment);
}

typedef struct bad_start {
  const char *name, *data;
  size_t size;
  denpa_status status;
  const char *fragment;
} bad_start;

static const bad_start bad_starts[] = {
    {"npy: wrong magic", B("\x92NUMPY\x01\0\x02\0{}"), DENPA_ERROR_FORMAT, "does not start with"},
    {"npy: cut in the magic", B("\x93NUM"), DENPA_ERROR_FORMAT, "does not start with"},
    {"npy: cut after the version", B("\x93NUMPY\x01\0\x02"), DENPA_ERROR_FORMAT, "cut short inside its header"},
    {"npy: cut in a wide length", B("\x93NUMPY\x02\0\x02\0\0"), DENPA_ERROR_FORMAT, "cut short inside its header"},
    {"npy: unknown version", B("\x93NUMPY\x04\0\x02\0\0\0{}"), DENPA_ERROR_UNSUPPORTED, "version 4.0"},
    {"npy: header longer than the file", B("\x93NUMPY\x01\0\xff\xff{}"), DENPA_ERROR_FORMAT,
        "should have 65535 bytes, but only 2 are left"},
    {"npy: header of 4 GiB", B("\x93NUMPY\x03\0\xff\xff\xff\xff{}"), DENPA_ERROR_FORMAT,
        "should have 4294967295 bytes"},
};

static void test_bad_start(void **state) {
  const bad_start *row = *state;
  assert_refused(read_npy, put_file("bad.npy", row->data, row->size), row->status, row->fragment);
}

/* A header of `size` bytes, most of them blanks, in front of two floats. */
static const char *with_header_of(size_t size) {
  static char text[10001];
  static const char begin[] = "{'descr': 'f4', 'shape': (2L,), 'fortran_order': False}";
  block file = {.size = 0};
  memset(text, ' ', sizeof text);
  memcpy(text, begin, sizeof begin - 1);
  put_bytes(&file, "\x93NUMPY\x01\0", 8);
  put_number(&file, size, 2);
  put_bytes(&file, text, size);
  put_bytes(&file, "abcdefgh", 8);
  return put_file("long.npy", file.data, file.size);
}

static void test_long_header(void **state) {
  (void)state;
  assert_int_equal(read_npy(with_header_of(10000), NULL), DENPA_OK);
  assert_refused(read_npy, with_header_of(10001), DENPA_ERROR_FORMAT, "has 10001 bytes; 10000 is the limit");
}

/* Both kinds of marks that other writers leave out or put in, and a number of Python 2's. */
static void test_other_writers(void **state) {
  (void)state;
  static const char *const headers[] = {"{'descr': '<u1', 'fortran_order': False, 'shape': (4,)}",
      "{\"shape\":(4L,),\"descr\":\"u1\",\"fortran_order\":False}",
      " \t{'fortran_order' :\nTrue,'descr': '=u1' , 'shape': ( 2 , 2 ) , }\n\n",
      "{'descr': '>u1', 'fortran_order': False, 'shape': (4,)}"};
  for (size_t i = 0; i < sizeof headers / sizeof *headers; i++) {
    block file = {.size = 0};
    dnp_array array;
    put_bytes(&file, "\x93NUMPY\x01\0", 8);
    put_number(&file, strlen(headers[i]), 2);
    put_bytes(&file, headers[i], strlen(headers[i]));
    put_bytes(&file, "\1\2\3\4", 4);
    OK(dnp_npy_read(put_file("other.npy", file.data, file.size), &array, err));
    assert_int_equal(array.dtype, DENPA_DTYPE_UINT8);
    assert_memory_equal(array.values, i != 2 ? "\1\2\3\4" : "\1\3\2\4", 4);
    dnp_free(array.values);
  }
}

/* ---- bad archives ----------------------------------------------------------------------------- */

/* Two members "a" and "b" of one float each, written by ourselves; then one place is overwritten. */
enum { LOCAL = 0, CENTRAL = 1, END = 2, PAYLOAD = 3, SECOND_LOCAL = 4, SECOND_CENTRAL = 5 };

typedef struct bad_zip {
  const char *name;
  int where;     /* relative to the record of this kind */
  int at, width; /* offset inside it, bytes to write (0: none) */
  uint64_t value;
  int cut; /* bytes off the end */
  denpa_status status;
  const char *fragment;
} bad_zip;

static const bad_zip bad_zips[] = {
    {"npz: wrong magic", LOCAL, 0, 2, 0x3030, 0, DENPA_ERROR_FORMAT, "does not start with PK"},
    {"npz: no end record", END, 0, 4, 0, 0, DENPA_ERROR_FORMAT, "end record is missing"},
    {"npz: cut in the end record", LOCAL, 0, 0, 0, 1, DENPA_ERROR_FORMAT, "end record is missing"},
    {"npz: cut in the list", LOCAL, 0, 0, 0, 60, DENPA_ERROR_FORMAT, "end record is missing"},
    {"npz: several parts", END, 4, 2, 1, 0, DENPA_ERROR_UNSUPPORTED, "one part of several"},
    {"npz: list outside of the file", END, 16, 4, 0x7fffffff, 0, DENPA_ERROR_FORMAT,
        "list of members should lie at byte 2147483647"},
    {"npz: list of a wrong size", END, 12, 4, 5, 0, DENPA_ERROR_FORMAT, "with 5 bytes"},
    {"npz: too many members", END, 8, 4, 0x00030003, 0, DENPA_ERROR_FORMAT, "list of members is damaged"},
    {"npz: too few members", END, 8, 4, 0x00010001, 0, DENPA_ERROR_FORMAT, "after its 1 members"},
    {"npz: zip64 by its offsets", CENTRAL, 42, 4, 0xffffffff, 0, DENPA_ERROR_UNSUPPORTED, "zip64"},
    {"npz: zip64 by its sizes", CENTRAL, 20, 8, UINT64_MAX, 0, DENPA_ERROR_UNSUPPORTED, "zip64"},
    {"npz: list without its mark", CENTRAL, 0, 4, 0, 0, DENPA_ERROR_FORMAT, "list of members is damaged"},
    {"npz: name longer than the list", CENTRAL, 28, 2, 0xffff, 0, DENPA_ERROR_FORMAT, "list of members is damaged"},
    {"npz: name with a zero", CENTRAL, 46, 1, 0, 0, DENPA_ERROR_FORMAT, "has a zero in it"},
    {"npz: encrypted", CENTRAL, 8, 2, 1, 0, DENPA_ERROR_UNSUPPORTED, "a.npy is encrypted"},
    {"npz: strongly encrypted", CENTRAL, 8, 2, 0x40, 0, DENPA_ERROR_UNSUPPORTED, "a.npy is encrypted"},
    {"npz: a patch", CENTRAL, 8, 2, 0x20, 0, DENPA_ERROR_UNSUPPORTED, "a.npy is a patch"},
    {"npz: a newer format", CENTRAL, 6, 1, 64, 0, DENPA_ERROR_UNSUPPORTED, "needs version 64"},
    {"npz: a name in an unknown encoding", CENTRAL, 46, 1, 0x81, 0, DENPA_ERROR_UNSUPPORTED, "neither plain ASCII"},
    {"npz: unknown method", CENTRAL, 10, 2, 12, 0, DENPA_ERROR_UNSUPPORTED, "method 12"},
    {"npz: deflated in the list only", CENTRAL, 10, 2, 8, 0, DENPA_ERROR_FORMAT, "something else at byte 0"},
    {"npz: sizes that differ", CENTRAL, 20, 4, 3, 0, DENPA_ERROR_FORMAT, "cannot unpack from 3"},
    {"npz: more than the file holds", CENTRAL, 20, 8, 0x00fffff000fffff0, 0, DENPA_ERROR_FORMAT,
        "should have 16777200 bytes"},
    {"npz: member outside of the file", CENTRAL, 42, 4, 0x10000, 0, DENPA_ERROR_FORMAT, "over another one or outside"},
    {"npz: members over one another", SECOND_CENTRAL, 42, 4, 0, 0, DENPA_ERROR_FORMAT,
        "b.npy should lie at byte 0, over another one"},
    {"npz: local header without its mark", LOCAL, 2, 2, 0, 0, DENPA_ERROR_FORMAT, "something else at byte 0"},
    {"npz: another name in the local header", LOCAL, 30, 1, 'z', 0, DENPA_ERROR_FORMAT, "something else at byte 0"},
    {"npz: another size in the local header", LOCAL, 22, 4, 1, 0, DENPA_ERROR_FORMAT, "something else at byte 0"},
    {"npz: local name as long as the file", LOCAL, 26, 2, 0xffff, 0, DENPA_ERROR_FORMAT, "the file has no room"},
    {"npz: bad check sum", PAYLOAD, 130, 1, 0x55, 0, DENPA_ERROR_FORMAT, "check sum of the member a.npy is wrong"},
};

static unsigned char *two_members(size_t *size) {
  dnp_arrays all = {0};
  add_filled(&all, "a", DENPA_DTYPE_FLOAT32, 0, NULL);
  add_filled(&all, "b", DENPA_DTYPE_FLOAT32, 0, NULL);
  OK(dnp_npz_write(in_folder("two.npz"), all.item, 2, err));
  dnp_arrays_free(&all);
  return get_file(in_folder("two.npz"), size);
}

static void test_bad_zip(void **state) {
  const bad_zip *row = *state;
  size_t size;
  unsigned char *data = two_members(&size);
  size_t end = size - 22, central = dnp_le32(data + end + 16),
         place[] = {0, central, end, 30 + 5, dnp_le32(data + central + 46 + 5 + 42), central + 46 + 5};
  unsigned char *p = data + place[row->where] + row->at;
  for (int i = 0; i < row->width; i++) p[i] = (unsigned char)(row->value >> (8 * i));
  assert_refused(read_npz, put_file("bad.npz", data, size - (size_t)row->cut), row->status, row->fragment);
  free(data);
}

/* A one-member archive around any payload, deflated if asked for, promising `promised` bytes. */
static const char *wrap(const char *name, const void *data, size_t size, int method, size_t promised) {
  block b = {.size = 0};
  unsigned char packed[4096];
  uLong crc = crc32_z(0, data, size);
  if (method == 8) {
    z_stream z = {0};
    assert_int_equal(deflateInit2(&z, 9, Z_DEFLATED, -15, 8, Z_DEFAULT_STRATEGY), Z_OK);
    z.next_in = (unsigned char *)(uintptr_t)data;
    z.avail_in = (uInt)size;
    z.next_out = packed;
    z.avail_out = sizeof packed;
    assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
    data = packed;
    size = sizeof packed - z.avail_out;
    deflateEnd(&z);
  }
  size_t directory = 0;
  for (int central = 0; central < 2; central++) {
    directory = central ? b.size : 0;
    put_bytes(&b, central ? "PK\1\2\24\0\24\0\0\0" : "PK\3\4\24\0\0\0", central ? 10 : 8);
    put_number(&b, (uint64_t)method, 2);
    put_number(&b, 0x00210000, 4);
    put_number(&b, crc, 4);
    put_number(&b, size, 4);
    put_number(&b, promised, 4);
    put_number(&b, strlen(name), 2);
    put_number(&b, 0, 2);
    for (int i = 0; i < (central ? 14 : 0); i++) put_number(&b, 0, 1);
    put_bytes(&b, name, strlen(name));
    if (!central) put_bytes(&b, data, size);
  }
  size_t directory_size = b.size - directory;
  put_bytes(&b, "PK\5\6\0\0\0\0\1\0\1\0", 12);
  put_number(&b, directory_size, 4);
  put_number(&b, directory, 4);
  put_number(&b, 0, 2);
  return put_file("wrapped.npz", b.data, b.size);
}

static const char scalar[] = "\x93NUMPY\x01\0\x36\0{'descr': '|u1', 'fortran_order': False, 'shape': ()}\n*";

static void test_wrapped(void **state) {
  (void)state;
  size_t size = sizeof scalar - 1;
  assert_int_equal(read_npz(wrap("x.npy", scalar, size, 0, size), NULL), DENPA_OK);
  assert_int_equal(read_npz(wrap("x.npy", scalar, size, 8, size), NULL), DENPA_OK);
}
static void test_too_little_inside(void **state) {
  (void)state;
  assert_refused(read_npz, wrap("x.npy", scalar, sizeof scalar - 1, 8, sizeof scalar), DENPA_ERROR_FORMAT,
      "does not unpack to the 66 bytes");
}
static void test_too_much_inside(void **state) {
  (void)state;
  assert_refused(read_npz, wrap("x.npy", scalar, sizeof scalar - 1, 8, sizeof scalar - 2), DENPA_ERROR_FORMAT,
      "does not unpack to the 64 bytes");
}
static void test_zip_bomb(void **state) {
  (void)state;
  assert_refused(
      read_npz, wrap("x.npy", scalar, sizeof scalar - 1, 8, 0x7fffffff), DENPA_ERROR_FORMAT, "cannot unpack from");
}
static void test_not_deflated(void **state) {
  (void)state;
  size_t size;
  unsigned char *data = get_file(wrap("x.npy", scalar, sizeof scalar - 1, 8, sizeof scalar - 1), &size);
  data[35] = 0xff; /* a block type that there is not */
  assert_refused(read_npz, put_file("bad.npz", data, size), DENPA_ERROR_FORMAT, "compressed data is damaged near byte");
  free(data);
}
static void test_not_an_array(void **state) {
  (void)state;
  assert_refused(read_npz, wrap("readme.txt", "hello", 5, 0, 5), DENPA_ERROR_FORMAT, "readme.txt is not a .npy array");
}
static void test_bad_array_inside(void **state) {
  (void)state;
  assert_refused(
      read_npz, wrap("x.npy", "hello", 5, 0, 5), DENPA_ERROR_FORMAT, "wrapped.npz:x.npy: this is not a .npy file");
}
static void test_long_name(void **state) {
  (void)state;
  assert_refused(read_npz,
      wrap("0123456789012345678901234567890123456789012345678901234567890123.npy", scalar, sizeof scalar - 1, 0,
          sizeof scalar - 1),
      DENPA_ERROR_FORMAT, "longer than 67 bytes");
}
/* A name beyond ASCII is marked as UTF-8, so that it is the same one everywhere; without the mark it is none. */
static void test_names(void **state) {
  (void)state;
  dnp_arrays all = {0};
  size_t size;
  add_filled(&all, "\xe9\x87\x8d\xe3\x81\xbf", DENPA_DTYPE_FLOAT32, 0, NULL);
  OK(dnp_npz_write(in_folder("names.npz"), all.item, 1, err));
  dnp_arrays_free(&all);
  assert_int_equal(read_npz(in_folder("names.npz"), NULL), DENPA_OK);
  unsigned char *data = get_file(in_folder("names.npz"), &size);
  size_t central = dnp_le32(data + size - 22 + 16);
  assert_int_equal(data[7], 8);
  assert_int_equal(data[central + 9], 8);
  data[7] = data[central + 9] = 0;
  assert_refused(read_npz, put_file("bad.npz", data, size), DENPA_ERROR_UNSUPPORTED, "neither plain ASCII");
  data[7] = data[central + 9] = 8;
  data[30] = data[central + 46] = 0xff;
  assert_refused(read_npz, put_file("bad.npz", data, size), DENPA_ERROR_UNSUPPORTED, "nor marked as UTF-8");
  free(data);
}

/* The list's entry gets its member's comment as an extra field that is longer than its place. */
static void test_bad_extra(void **state) {
  (void)state;
  size_t size;
  unsigned char *data = get_file(wrap("x.npy....", scalar, sizeof scalar - 1, 0, sizeof scalar - 1), &size);
  size_t central = dnp_le32(data + size - 22 + 16);
  data[26] = data[central + 28] = 5;
  data[28] = data[central + 30] = 4;
  memcpy(data + central + 46 + 5, "\1\0\0\0", 4);
  assert_int_equal(read_npz(put_file("good.npz", data, size), NULL), DENPA_OK);
  memcpy(data + central + 46 + 5, "\1\0\1\0", 4);
  assert_refused(read_npz, put_file("bad.npz", data, size), DENPA_ERROR_FORMAT, "extra field of the member x.npy");
  free(data);
}

static void test_name_twice(void **state) {
  (void)state;
  size_t size;
  unsigned char *data = two_members(&size);
  size_t central = dnp_le32(data + size - 22 + 16), second = dnp_le32(data + central + 46 + 5 + 42);
  data[second + 30] = data[central + 46 + 5 + 46] = 'a';
  assert_refused(read_npz, put_file("bad.npz", data, size), DENPA_ERROR_FORMAT, "a.npy stands twice");
  free(data);
}

/* ---- attacks ---------------------------------------------------------------------------------- */

static void test_trouble(void **state) {
  (void)state;
  assert_file_trouble(read_npy);
  assert_file_trouble(read_npz);
}

static void test_mutants(void **state) {
  (void)state;
  dnp_arrays all = {0};
  dnp_array *array = add_filled(&all, "x", DENPA_DTYPE_FLOAT32, 2, (const size_t[]){3, 5});
  OK(dnp_npy_write(in_folder("good.npy"), array, err));
  dnp_arrays_free(&all);
  assert_true(mutate(read_npy, in_folder("good.npy"), 3) > 0);
  mutate(read_npz, wrap("x.npy", scalar, sizeof scalar - 1, 8, sizeof scalar - 1), 4);
  free(two_members(&(size_t){0}));
  mutate(read_npz, in_folder("two.npz"), 5);
}

static void test_starved(void **state) {
  (void)state;
  dnp_arrays all = {0};
  OK(dnp_npy_write(in_folder("good.npy"), add_filled(&all, "x", DENPA_DTYPE_FLOAT32, 2, (const size_t[]){3, 5}), err));
  dnp_arrays_free(&all);
  starve(read_npy, in_folder("good.npy"));
  starve(read_npz, wrap("x.npy", scalar, sizeof scalar - 1, 8, sizeof scalar - 1));
  free(two_members(&(size_t){0}));
  starve(read_npz, in_folder("two.npz"));
}

int main(void) {
  struct CMUnitTest tests[128] = {
      cmocka_unit_test(test_npy_round_trip),
      cmocka_unit_test(test_npz_round_trip),
      cmocka_unit_test(test_from_numpy),
      cmocka_unit_test(test_to_numpy),
      cmocka_unit_test(test_long_header),
      cmocka_unit_test(test_other_writers),
      cmocka_unit_test(test_names),
      cmocka_unit_test(test_bad_extra),
      cmocka_unit_test(test_wrapped),
      cmocka_unit_test(test_too_little_inside),
      cmocka_unit_test(test_too_much_inside),
      cmocka_unit_test(test_zip_bomb),
      cmocka_unit_test(test_not_deflated),
      cmocka_unit_test(test_not_an_array),
      cmocka_unit_test(test_bad_array_inside),
      cmocka_unit_test(test_long_name),
      cmocka_unit_test(test_name_twice),
      cmocka_unit_test(test_trouble),
      cmocka_unit_test(test_mutants),
      cmocka_unit_test(test_starved),
  };
  size_t used = 20;
  CASES(tests, used, bad_headers, test_bad_header);
  CASES(tests, used, bad_starts, test_bad_start);
  CASES(tests, used, bad_zips, test_bad_zip);
  return _cmocka_run_group_tests("npy", tests, used, make_folder, remove_folder);
}
