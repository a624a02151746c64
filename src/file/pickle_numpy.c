/* pickle_numpy.c: the four functions that a pickle may name: NumPy's _reconstruct, ndarray and dtype, and
 * _codecs.encode, by which Python 3 writes bytes in protocols 0 to 2; and the instructions that call them and set the
 * state of what they made. None runs anything: they describe arrays. Called by the machine of pickle.c. */
#include <string.h>

#include "file/bytes.h"
#include "file/pickle.h"

/* ---- the four functions ----------------------------------------------------------------------- */

static const struct {
  const char *module, *name;
  dnp_pickle_function which;
} globals[] = {{"numpy.core.multiarray", "_reconstruct", DNP_PICKLE_RECONSTRUCT},
    {"numpy._core.multiarray", "_reconstruct", DNP_PICKLE_RECONSTRUCT}, {"numpy", "ndarray", DNP_PICKLE_NDARRAY},
    {"numpy", "dtype", DNP_PICKLE_DTYPE}, {"_codecs", "encode", DNP_PICKLE_ENCODE}};

static denpa_status push_global(dnp_pickle_machine *m, const dnp_pickle_value *module, const dnp_pickle_value *name) {
  char shown_module[64], shown_name[64];
  for (size_t i = 0; i < sizeof globals / sizeof *globals; i++)
    if (dnp_pickle_is_text(m, module, globals[i].module) && dnp_pickle_is_text(m, name, globals[i].name))
      return dnp_pickle_push(m, (dnp_pickle_value){.kind = DNP_PICKLE_GLOBAL, .as.number = globals[i].which});
  return REFUSE(m, DENPA_ERROR_REFUSED,
      "{1}: byte {2}: the pickle asks for the function {3}.{4}; denpa never runs code from a file", PLACE(m),
      dnp_s(dnp_pickle_shown(m, module, shown_module)), dnp_s(dnp_pickle_shown(m, name, shown_name)));
}

denpa_status dnp_pickle_global(dnp_pickle_machine *m) {
  dnp_pickle_value module, name;
  DNP_TRY(dnp_pickle_line(m, &module));
  DNP_TRY(dnp_pickle_line(m, &name));
  return push_global(m, &module, &name);
}

denpa_status dnp_pickle_stack_global(dnp_pickle_machine *m) {
  dnp_pickle_value module, name;
  DNP_TRY(dnp_pickle_pop(m, &name));
  DNP_TRY(dnp_pickle_pop(m, &module));
  if (module.kind != DNP_PICKLE_TEXT || name.kind != DNP_PICKLE_TEXT)
    return REFUSE(m, DENPA_ERROR_FORMAT, "{1}: byte {2}: a function without a name; the file is damaged", PLACE(m));
  return push_global(m, &module, &name);
}

static denpa_status push_object(dnp_pickle_machine *m, dnp_pickle_object made) {
  if (m->object_count == DNP_PICKLE_OBJECTS_MOST)
    return REFUSE(m, DENPA_ERROR_FORMAT, "{1}: byte {2}: more than {3} arrays and dtypes", PLACE(m),
        dnp_i(DNP_PICKLE_OBJECTS_MOST));
  m->objects[m->object_count] = made;
  return dnp_pickle_push(m, (dnp_pickle_value){.kind = DNP_PICKLE_OBJECT, .as.at = m->object_count++});
}

static const struct {
  const char *name;
  denpa_dtype dtype;
} dtypes[] = {{"f4", DENPA_DTYPE_FLOAT32}, {"f8", DENPA_DTYPE_FLOAT64}, {"i8", DENPA_DTYPE_INT64}};

static denpa_status make_dtype(dnp_pickle_machine *m, const dnp_pickle_value *name) {
  char text[64];
  for (size_t i = 0; i < sizeof dtypes / sizeof *dtypes; i++)
    if (dnp_pickle_is_text(m, name, dtypes[i].name))
      return push_object(m, (dnp_pickle_object){.type = DNP_PICKLE_DTYPE, .dtype = dtypes[i].dtype});
  if (name->size > 0 && m->data[name->as.at] == 'O')
    return REFUSE(m, DENPA_ERROR_REFUSED,
        "{1}: byte {2}: an array of Python objects (dtype {3}), which would have to run code; save plain numbers",
        PLACE(m), dnp_s(dnp_pickle_shown(m, name, text)));
  return REFUSE(m, DENPA_ERROR_UNSUPPORTED, "{1}: byte {2}: dtype {3} is not read here; float32, float64 and int64 are",
      PLACE(m), dnp_s(dnp_pickle_shown(m, name, text)));
}

denpa_status dnp_pickle_reduce(dnp_pickle_machine *m) {
  dnp_pickle_value arguments, function;
  DNP_TRY(dnp_pickle_pop(m, &arguments));
  DNP_TRY(dnp_pickle_pop(m, &function));
  if (function.kind == DNP_PICKLE_GLOBAL && arguments.kind == DNP_PICKLE_TUPLE) {
    const dnp_pickle_value *a = m->pool + arguments.as.at;
    if (function.as.number == DNP_PICKLE_RECONSTRUCT && arguments.size == 3 && a[0].kind == DNP_PICKLE_GLOBAL &&
        a[0].as.number == DNP_PICKLE_NDARRAY)
      return push_object(m, (dnp_pickle_object){.type = DNP_PICKLE_NDARRAY});
    if (function.as.number == DNP_PICKLE_DTYPE && arguments.size == 3 &&
        (a[0].kind == DNP_PICKLE_TEXT || a[0].kind == DNP_PICKLE_BYTES))
      return make_dtype(m, &a[0]);
    if (function.as.number == DNP_PICKLE_ENCODE && arguments.size == 2 && a[0].kind == DNP_PICKLE_TEXT &&
        dnp_pickle_is_text(m, &a[1], "latin1"))
      return dnp_pickle_push(
          m, (dnp_pickle_value){.kind = DNP_PICKLE_BYTES, .coding = a[0].coding, .size = a[0].size, .as = a[0].as});
  }
  return REFUSE(m, DENPA_ERROR_REFUSED,
      "{1}: byte {2}: the pickle makes a call that no plain array needs; denpa never runs code from a file", PLACE(m));
}

/* ---- BUILD: the state of a dtype or an array -------------------------------------------------- */

/* (3, '<', None, None, None, -1, -1, 0) */
static denpa_status build_dtype(
    dnp_pickle_machine *m, dnp_pickle_object *dtype, const dnp_pickle_value *state, size_t count) {
  char text[64];
  if (count != 8 || state[0].kind != DNP_PICKLE_NUMBER || state[2].kind != DNP_PICKLE_NONE ||
      state[3].kind != DNP_PICKLE_NONE || state[4].kind != DNP_PICKLE_NONE)
    return REFUSE(m, DENPA_ERROR_UNSUPPORTED, "{1}: byte {2}: the dtype is not one of plain numbers", PLACE(m));
  if (!dnp_pickle_is_text(m, &state[1], "<"))
    return REFUSE(m, DENPA_ERROR_UNSUPPORTED, "{1}: byte {2}: the numbers are not little-endian (byte order '{3}')",
        PLACE(m), dnp_s(dnp_pickle_shown(m, &state[1], text)));
  dtype->built = 1;
  return DENPA_OK;
}

static denpa_status build_shape(dnp_pickle_machine *m, dnp_pickle_object *array, const dnp_pickle_value *shape) {
  if (shape->kind != DNP_PICKLE_TUPLE || shape->size > DNP_MAX_AXES)
    return REFUSE(m, DENPA_ERROR_UNSUPPORTED, "{1}: byte {2}: the array has no shape, or more than {3} axes", PLACE(m),
        dnp_i(DNP_MAX_AXES));
  array->axes = (int)shape->size;
  for (int i = 0; i < array->axes; i++) {
    const dnp_pickle_value *n = &m->pool[shape->as.at + (size_t)i];
    if (n->kind != DNP_PICKLE_NUMBER || n->as.number < 0)
      return REFUSE(m, DENPA_ERROR_FORMAT, "{1}: byte {2}: axis {3} of the shape is not a whole number from 0 on",
          PLACE(m), dnp_i(i));
    array->shape[i] = (size_t)n->as.number;
  }
  return DENPA_OK;
}

/* (1, shape, dtype, is_fortran, bytes) */
static denpa_status build_array(
    dnp_pickle_machine *m, dnp_pickle_object *array, const dnp_pickle_value *state, size_t count) {
  if (count != 5 || state[0].kind != DNP_PICKLE_NUMBER || state[2].kind != DNP_PICKLE_OBJECT ||
      state[3].kind != DNP_PICKLE_BOOL || state[4].kind != DNP_PICKLE_BYTES)
    return REFUSE(
        m, DENPA_ERROR_FORMAT, "{1}: byte {2}: the array is not made of a shape, a dtype and bytes", PLACE(m));
  const dnp_pickle_object *dtype = &m->objects[state[2].as.at];
  if (dtype->type != DNP_PICKLE_DTYPE || !dtype->built)
    return REFUSE(m, DENPA_ERROR_FORMAT, "{1}: byte {2}: the array has an unfinished dtype", PLACE(m));
  DNP_TRY(build_shape(m, array, &state[1]));
  size_t bytes;
  char shape[96];
  int exact = state[4].coding ==
              DNP_PICKLE_PLAIN; /* encoded text has at least one byte in the file for each of the array's */
  if (!dnp_shape_bytes(dtype->dtype, array->axes, array->shape, &bytes) || bytes > state[4].size ||
      (exact && bytes != state[4].size))
    return REFUSE(m, DENPA_ERROR_FORMAT, "{1}: byte {2}: {3} {3|byte|bytes} {3|does|do} not fit the shape {4} of {5}",
        PLACE(m), dnp_u(state[4].size), dnp_s(dnp_shape_text(array->axes, array->shape, shape)),
        dnp_s(dnp_dtype_name(dtype->dtype)));
  array->dtype = dtype->dtype;
  array->fortran = (int)state[3].as.number;
  array->bytes = state[4];
  array->built = 1;
  return DENPA_OK;
}

denpa_status dnp_pickle_build(dnp_pickle_machine *m) {
  dnp_pickle_value state;
  DNP_TRY(dnp_pickle_pop(m, &state));
  if (state.kind != DNP_PICKLE_TUPLE || m->depth == 0 || m->stack[m->depth - 1].kind != DNP_PICKLE_OBJECT ||
      m->objects[m->stack[m->depth - 1].as.at].built)
    return REFUSE(m, DENPA_ERROR_REFUSED,
        "{1}: byte {2}: the pickle sets the state of something that is not an array; denpa never runs code from a file",
        PLACE(m));
  dnp_pickle_object *target = &m->objects[m->stack[m->depth - 1].as.at];
  return (target->type == DNP_PICKLE_DTYPE ? build_dtype : build_array)(m, target, m->pool + state.as.at, state.size);
}
